//! What a person does, step by step, in a real browser: sign in, request, read the mail, confirm, start, save.
//!
//! **It presses what a person could press**: elements are found through the panel's open shadow root and clicked by the
//! driver, which refuses what is hidden or covered.

mod kept;
mod panel;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use fantoccini::Locator;
use fantoccini::elements::Element;

pub use kept::Summary;

use crate::browser::Browser;
use crate::caller::PASSWORD;
use crate::contents::Layout;
use crate::mail::{self, Mail};
use crate::poll;
use crate::stack::Stack;

/// How long a screen may take that needs a few requests.
const SOON: Duration = Duration::from_secs(40);

/// A person in front of a browser.
#[derive(Debug)]
pub struct Journey {
    /// The host and the counter they use.
    pub stack: Stack,
    /// Their browser.
    pub browser: Browser,
    mails_read: usize,
}

impl Journey {
    /// Nothing done yet, not even an address typed.
    #[must_use]
    pub const fn new(stack: Stack, browser: Browser) -> Self {
        Self { stack, browser, mails_read: 0 }
    }

    /// Opens the settings page. Someone who is signed in stays so.
    ///
    /// # Errors
    ///
    /// Where the page does not load.
    pub async fn open(&self) -> Result<()> {
        Ok(self.browser.client.goto(&format!("{}/", self.stack.host())).await?)
    }

    /// Opens the settings page, signs in and waits for the panel.
    ///
    /// # Errors
    ///
    /// Where the panel does not come.
    pub async fn sign_in(&self) -> Result<()> {
        self.enter().await?;
        self.wait_for_panel().await
    }

    /// Opens the settings page, signs in and waits for a panel in this state.
    ///
    /// # Errors
    ///
    /// Where it does not come.
    pub async fn sign_in_to(&self, state: &str) -> Result<()> {
        self.enter().await?;
        self.wait_until(state).await
    }

    async fn enter(&self) -> Result<()> {
        self.open().await?;
        let person = self.stack.person();
        for (id, text) in [("email", person.as_str()), ("password", PASSWORD)] {
            self.field(id).await?.send_keys(text).await?;
        }
        self.press_on_page("sign-in").await
    }

    /// A field of the host's own page, once it is shown.
    async fn field(&self, id: &str) -> Result<Element> {
        poll::until(&format!("the field #{id}"), SOON, async || {
            let Ok(field) = self.browser.client.find(Locator::Id(id)).await else { return Ok(None) };
            Ok(field.is_displayed().await?.then_some(field))
        })
        .await
    }

    /// Waits until the panel knows where things stand.
    ///
    /// # Errors
    ///
    /// Where it does not in time.
    pub async fn wait_for_panel(&self) -> Result<()> {
        let settled = async || Ok(self.state().await?.filter(|state| state != "loading"));
        let state = poll::until("the panel", SOON, settled).await?;
        ensure!(state != "unreachable", "the panel cannot reach the counter");
        Ok(())
    }

    /// Asks for an export of everything in this layout.
    ///
    /// # Errors
    ///
    /// Where the panel has no such form, or the request is not taken.
    pub async fn request(&self, layout: Layout) -> Result<()> {
        self.choose(layout).await?;
        self.press("request").await?;
        self.wait_until(if self.stack.confirms_by_mail() { "pending" } else { "confirmed" }).await
    }

    /// Ticks the layout.
    ///
    /// # Errors
    ///
    /// Where the panel does not offer it.
    pub async fn choose(&self, layout: Layout) -> Result<()> {
        let label = format!("label:has(input[name=layout][value={}])", layout.name());
        Ok(self.find(&label).await?.click().await?)
    }

    /// The next mail, once it is there.
    ///
    /// # Errors
    ///
    /// Where it does not come in time.
    pub async fn read_mail(&mut self) -> Result<Mail> {
        self.mails_read += 1;
        mail::wait_for(&self.stack.mail_folder(), self.mails_read).await
    }

    /// Opens the mail's link in a tab of its own and presses its button; then waits for the panel to notice.
    ///
    /// # Errors
    ///
    /// Where the page has no button, or the export is not confirmed after it.
    pub async fn confirm(&self, mail: &Mail) -> Result<()> {
        let settings = self.browser.client.window().await?;
        self.open_tab(mail.confirmation_link()?).await?;
        self.confirmation_button().await?.click().await?;
        self.wait_for_confirmation("done").await?;
        self.browser.client.close_window().await?;
        self.browser.client.switch_to_window(settings).await?;
        self.wait_until("confirmed").await
    }

    /// The button of the confirmation page, once it can be pressed.
    ///
    /// # Errors
    ///
    /// Where the page shows none.
    pub async fn confirmation_button(&self) -> Result<Element> {
        self.wait_for_confirmation("ask").await?;
        Ok(self.browser.client.find(Locator::Id("confirm")).await?)
    }

    /// Waits until the confirmation page is this far: `ask`, `deny`, `done`, `denied` or `refused`.
    ///
    /// # Errors
    ///
    /// Where it does not get there in time.
    pub async fn wait_for_confirmation(&self, phase: &str) -> Result<()> {
        let phase_now = "return document.getElementById('card')?.dataset.phase";
        poll::until(&format!("the confirmation page's phase {phase:?}"), SOON, async || {
            Ok((self.browser.script(phase_now).await? == phase).then_some(()))
        })
        .await
    }

    /// Opens an address in a new tab and goes there.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub async fn open_tab(&self, address: &str) -> Result<()> {
        let tab = self.browser.client.new_window(true).await?.handle;
        self.browser.client.switch_to_window(tab).await?;
        Ok(self.browser.client.goto(address).await?)
    }

    /// Starts the confirmed or interrupted export.
    ///
    /// # Errors
    ///
    /// Where there is nothing to press, or nothing happens.
    pub async fn start(&self) -> Result<()> {
        let before = self.state().await?;
        self.press("start").await?;
        poll::until("the start", SOON, async || Ok((self.state().await? != before).then_some(()))).await
    }

    /// Signs in, requests, confirms and starts.
    ///
    /// # Errors
    ///
    /// Those of each.
    pub async fn up_to_start(&mut self, layout: Layout) -> Result<()> {
        self.sign_in().await?;
        self.request_and_start(layout).await
    }

    /// Requests, confirms where that is asked for, and starts, once signed in.
    ///
    /// # Errors
    ///
    /// Those of each.
    pub async fn request_and_start(&mut self, layout: Layout) -> Result<()> {
        self.request(layout).await?;
        if self.stack.confirms_by_mail() {
            let mail = self.read_mail().await?;
            self.confirm(&mail).await?;
        }
        self.choose(layout).await?;
        self.start().await
    }

    /// Waits for the finished export and its saved archive.
    ///
    /// # Errors
    ///
    /// Where either does not come.
    pub async fn save(&self) -> Result<PathBuf> {
        self.wait_until("completed").await?;
        self.browser.downloaded(SOON).await
    }

    /// The same, where it takes longer than usual.
    ///
    /// # Errors
    ///
    /// Where either does not come within this time.
    pub async fn save_within(&self, patience: Duration) -> Result<PathBuf> {
        self.wait_until_within("completed", patience).await?;
        self.browser.downloaded(patience).await
    }

    /// Presses a button of the host's own page.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub async fn press_on_page(&self, action: &str) -> Result<()> {
        Ok(self.browser.client.find(Locator::Css(&format!("[data-action={action}]"))).await?.click().await?)
    }

    /// Waits until host and counter have logged this so often.
    ///
    /// # Errors
    ///
    /// Where they do not in time.
    pub async fn wait_for_log(&self, text: &str, times: usize) -> Result<()> {
        let logged = async || Ok((self.stack.whole_logs()?.matches(text).count() >= times).then_some(()));
        poll::until(&format!("{times} lines of log with {text:?}"), SOON, logged).await
    }
}
