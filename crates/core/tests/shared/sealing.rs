//! A staging in memory, and the end of every export: what the browser's edge does.

use carryall_core::archive::Check;
use carryall_core::package::{Package, Place, SealedPackage, Write};
use carryall_core::plan::Plan;
use carryall_core::readme::Words;
use carryall_core::report::ExportReport;
use carryall_protocol::counter::{Receipt, ReceiptStatement};

/// Where the archive lies while it is built.
#[derive(Default)]
pub(crate) struct Staging {
    pub(crate) archive: Vec<u8>,
    pub(crate) segments: Vec<u8>,
    pub(crate) media: Vec<u8>,
    /// It takes one byte at a time.
    pub(crate) is_bytewise: bool,
}

impl Staging {
    pub(crate) fn carry_out(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Bytes(place, extent) => {
                    let step = if self.is_bytewise { 1 } else { extent.bytes.len().max(1) };
                    for (at, chunk) in extent.bytes.chunks(step).enumerate() {
                        put(self.file(place), extent.offset as usize + at * step, chunk);
                    }
                }
                Write::Copy { place, from, to, length } => {
                    let bytes = self.file(place)[from as usize..(from + length) as usize].to_vec();
                    put(&mut self.archive, to as usize, &bytes);
                }
            }
        }
    }

    fn file(&mut self, place: Place) -> &mut Vec<u8> {
        match place {
            Place::Archive => &mut self.archive,
            Place::Segments => &mut self.segments,
            Place::Media => &mut self.media,
        }
    }

    fn read_back(&self, mut check: Check) -> Check {
        while let Some(range) = check.wants() {
            check.fill(&self.archive[range.start as usize..range.end as usize]).unwrap();
        }
        check
    }
}

fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    file.resize(file.len().max(at + bytes.len()), 0);
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Ends a package: everything is read back, and a receipt asked for. Gives the digest of the payload and what was sealed.
pub(crate) fn seal(
    plan: &Plan,
    package: Package,
    report: &mut ExportReport,
    staging: &mut Staging,
    receipt: impl FnOnce(&str) -> Option<Receipt>,
) -> (String, SealedPackage) {
    let (payload, writes) = package.close(plan, report).unwrap();
    staging.carry_out(writes);
    let check = staging.read_back(payload.check());
    let payload = payload.checked(check);
    let digest = payload.digest();
    let mut sealed = payload.seal(plan, &words(), report, receipt(&digest).as_ref()).unwrap();
    staging.carry_out(std::mem::take(&mut sealed.writes));
    staging.read_back(sealed.check());
    sealed.check_directory(&staging.archive[sealed.directory() as usize..]).unwrap();
    assert_eq!(staging.archive.len() as u64, sealed.length());
    (digest, sealed)
}

/// English, as the package has it.
fn words() -> Words {
    Words::read(include_str!("../../../../www/archive/readme.en.json")).unwrap()
}

/// A receipt as the counter gives it, signed like this.
pub(crate) fn receipt(plan: &Plan, digest: &str, sign: fn(&ReceiptStatement) -> String) -> Receipt {
    let statement = ReceiptStatement {
        iss: "https://counter.example".to_owned(),
        account: plan.run.account.clone(),
        export: plan.run.export.clone(),
        presented_at: plan.run.started_at,
        payload_digest: digest.to_owned(),
    };
    Receipt { jws: sign(&statement), statement }
}

/// Whoever looks at a signature brings a counter's key.
pub(crate) fn no_signature(_: &ReceiptStatement) -> String {
    "e30.e30.c2ln".to_owned()
}
