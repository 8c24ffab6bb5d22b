//! Errors as a page sees them: a stable code, and a sentence that says what to do next. Never account data.

use carryall_core::archive::{ArchiveError, CheckError};
use carryall_core::json::Misread;
use carryall_core::page::FetchError;
use carryall_core::wire::Refusal;
use carryall_core::{CatalogError, ExportError, PlanError};
use carryall_protocol::counter::ProblemCode;
use carryall_protocol::job::ErrorReport;
use thiserror::Error;
use wasm_bindgen::JsValue;

use crate::page::NoCredentials;
use crate::staging::StagingError;
use crate::wire;

/// Everything that can end an export.
#[derive(Debug, Error)]
pub(crate) enum JobError {
    #[error("the options of this export are not understood: {0}; reload the page")]
    Options(String),
    #[error("the texts of README.txt are not understood: {0}; reload the page, or tell the operator of this site")]
    Readme(Misread),
    #[error("the catalog could not be loaded; check the connection and try again")]
    CatalogUnreachable,
    #[error("the catalog is not UTF-8; tell the operator of this site")]
    CatalogNotText,
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error("the export counter could not be reached; check the connection and try again")]
    CounterUnreachable,
    #[error("{}", .0.detail)]
    Refused(Box<Refusal>),
    #[error("the session has ended; sign in again and continue the export")]
    SignedOut,
    #[error("the page could not provide credentials; check the connection and try again")]
    NoCredentials,
}

impl JobError {
    /// The stable word on the wire.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Options(_) => "bad_options".to_owned(),
            Self::Readme(_) => "package_incomplete".to_owned(),
            Self::CatalogUnreachable => "catalog_unreachable".to_owned(),
            Self::CatalogNotText | Self::Catalog(_) => "catalog_invalid".to_owned(),
            Self::Plan(error) => error.code().to_owned(),
            Self::Export(error) => error.code().to_owned(),
            Self::Archive(error) => error.code().to_owned(),
            Self::Check(error) => error.code().to_owned(),
            Self::Staging(error) => error.code().to_owned(),
            Self::CounterUnreachable => "counter_unreachable".to_owned(),
            Self::Refused(problem) => problem.code.clone(),
            Self::SignedOut => FetchError::Unauthorized.code().to_owned(),
            Self::NoCredentials => "credentials_unavailable".to_owned(),
        }
    }

    /// The object that the page's promise is rejected with.
    pub(crate) fn into_js(self) -> JsValue {
        wire::to_js(&ErrorReport { code: self.code(), description: self.to_string() })
    }
}

/// Whether a counter's problem is this one.
pub(crate) fn is(problem: &Refusal, code: ProblemCode) -> bool {
    problem.code == code.as_str()
}

impl From<NoCredentials> for JobError {
    fn from(reason: NoCredentials) -> Self {
        match reason {
            NoCredentials::SignedOut => Self::SignedOut,
            NoCredentials::NotNow => Self::NoCredentials,
        }
    }
}
