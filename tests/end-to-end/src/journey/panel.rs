//! The panel as a person sees it: its state, its text, its buttons.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use fantoccini::elements::Element;

use super::{Journey, SOON};
use crate::browser::BrowserKind;
use crate::poll;
use crate::stack::Size;

/// How long a whole export of the smallest sample account may take.
const EXPORT: Duration = Duration::from_secs(180);
/// How long one of a larger account may take: the limits of some hosts alone are minutes.
const LARGE_EXPORT: Duration = Duration::from_secs(900);

/// Keeps every markup the panel ever has.
const WATCH: &str = "
    const panel = document.querySelector('carryall-export').shadowRoot;
    window.seenInPanel = new Set([panel.innerHTML]);
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(() => window.seenInPanel.add(panel.innerHTML)).observe(panel, everything);";

impl Journey {
    /// Waits until the panel is in this state.
    ///
    /// # Errors
    ///
    /// Where it is not in time; says what the panel shows instead.
    pub async fn wait_until(&self, state: &str) -> Result<()> {
        let export = if self.stack.options().size == Size::Small { EXPORT } else { LARGE_EXPORT };
        self.wait_until_within(state, if matches!(state, "completed" | "failed") { export } else { SOON }).await
    }

    /// The same, with another patience.
    pub(super) async fn wait_until_within(&self, state: &str, patience: Duration) -> Result<()> {
        let reached = async || Ok(self.state().await?.filter(|now| now == state || Self::is_dead_end(now, state)));
        let found = poll::until(&format!("the state {state:?}"), patience, reached).await;
        let shown = self.panel_text().await?;
        let now = found.with_context(|| format!("the panel shows:\n{shown}"))?;
        ensure!(now == state, "the panel went to {now:?} instead of {state:?} and shows:\n{shown}");
        Ok(())
    }

    /// A state from which the one hoped for does not come by waiting.
    fn is_dead_end(now: &str, hoped: &str) -> bool {
        hoped == "completed" && matches!(now, "failed" | "cancelled" | "refused" | "unreachable" | "interrupted")
    }

    /// Waits until the panel shows these words.
    ///
    /// # Errors
    ///
    /// Where it does not in time; says what it shows instead.
    pub async fn wait_until_shown(&self, words: &str) -> Result<()> {
        let shown = async || Ok(self.panel_text().await?.contains(words).then_some(()));
        let found = poll::until(&format!("the words {words:?}"), SOON, shown).await;
        let instead = self.panel_text().await?;
        found.with_context(|| format!("the panel shows:\n{instead}"))
    }

    /// Ticks one category and no other.
    ///
    /// # Errors
    ///
    /// Where the panel does not offer it.
    pub async fn choose_only(&self, category: &str) -> Result<()> {
        let all = "[data-key=all]".to_owned();
        // Where some are ticked, the first click ticks all.
        let are_all = self.find(&format!("input{all}")).await?.prop("checked").await?.as_deref() == Some("true");
        let clicks = if are_all { vec![all] } else { vec![all.clone(), all] };
        for input in clicks.into_iter().chain([format!("[value={category}]")]) {
            self.find(&format!("label:has(input{input})")).await?.click().await?;
        }
        Ok(())
    }

    /// Ticks or unticks one category.
    ///
    /// # Errors
    ///
    /// Where the panel does not offer it.
    pub async fn tick(&self, category: &str) -> Result<()> {
        Ok(self.find(&format!("label:has(input[value={category}])")).await?.click().await?)
    }

    /// Chooses what happens to the files that records tell of: `links` or `files`.
    ///
    /// # Errors
    ///
    /// Where the panel does not offer it.
    pub async fn choose_media(&self, choice: &str) -> Result<()> {
        Ok(self.find(&format!("label:has(input[name=media][value={choice}])")).await?.click().await?)
    }

    /// Narrows the export down to these days, as they are typed in this browser: "2025-03-01".
    ///
    /// # Errors
    ///
    /// Where the panel does not offer it.
    pub async fn choose_days(&self, from: &str, to: &str) -> Result<()> {
        if self.find("details.narrow[open]").await.is_err() {
            self.find("details.narrow > summary").await?.click().await?;
        }
        for (name, day) in [("from", from), ("to", to)] {
            let field = self.find(&format!("input[name={name}]")).await?;
            field.send_keys(&self.typed(day)).await?;
            let kept = field.prop("value").await?;
            ensure!(kept.as_deref() == Some(day), "typed {day}, the field has {kept:?}");
        }
        Ok(())
    }

    /// What a person of `en-US` types for a day; Firefox's driver takes it as the page has it.
    fn typed(&self, day: &str) -> String {
        let parts: Vec<&str> = day.split('-').collect();
        match (self.browser.kind(), parts.as_slice()) {
            (BrowserKind::Chromium, [year, month, date]) => format!("{month}{date}{year}"),
            _ => day.to_owned(),
        }
    }

    /// Waits until the running export has read at least one category whole.
    ///
    /// # Errors
    ///
    /// Where none is in time.
    pub async fn wait_until_a_category_is_packed(&self) -> Result<()> {
        let packed = async || Ok(self.panel_markup().await?.contains("data-status=\"complete\"").then_some(()));
        poll::until("a category that is read whole", SOON, packed).await
    }

    /// Waits until the running export is in this phase.
    ///
    /// # Errors
    ///
    /// Where it is not in time.
    pub async fn wait_for_phase(&self, phase: &str) -> Result<()> {
        let mark = format!("data-phase=\"{phase}\"");
        let there = async || Ok(self.panel_markup().await?.contains(&mark).then_some(()));
        poll::until(&format!("the phase {phase:?}"), SOON, there).await
    }

    /// The state the panel mirrors, if it is there.
    ///
    /// # Errors
    ///
    /// Where the browser does not answer.
    pub async fn state(&self) -> Result<Option<String>> {
        let state = self.browser.script("return document.querySelector('carryall-export')?.getAttribute('state')").await?;
        Ok(state.as_str().map(str::to_owned))
    }

    /// All text in the panel.
    ///
    /// # Errors
    ///
    /// Where the browser does not answer.
    pub async fn panel_text(&self) -> Result<String> {
        let text = self.browser.script("return document.querySelector('carryall-export')?.shadowRoot.textContent").await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// All of the panel's markup.
    ///
    /// # Errors
    ///
    /// Where the browser does not answer.
    pub async fn panel_markup(&self) -> Result<String> {
        let markup = self.browser.script("return document.querySelector('carryall-export')?.shadowRoot.innerHTML").await?;
        Ok(markup.as_str().unwrap_or_default().to_owned())
    }

    /// From now on remembers everything the panel ever shows, in this page.
    ///
    /// # Errors
    ///
    /// Where there is no panel.
    pub async fn watch_panel(&self) -> Result<()> {
        self.browser.script(WATCH).await.map(drop)
    }

    /// All markup the panel has had since it is watched.
    ///
    /// # Errors
    ///
    /// Where it is not watched.
    pub async fn watched_panel(&self) -> Result<String> {
        let seen = self.browser.script("return [...window.seenInPanel].join('\\n')").await?;
        Ok(seen.as_str().unwrap_or_default().to_owned())
    }

    /// Presses one of the panel's buttons, once it can be pressed.
    ///
    /// # Errors
    ///
    /// Where it cannot in time.
    pub async fn press(&self, action: &str) -> Result<()> {
        let button = format!("button[data-action={action}]:not([aria-disabled=true])");
        poll::until(&format!("the button {action:?}"), SOON, async || {
            let Ok(button) = self.find(&button).await else { return Ok(None) };
            Ok(button.click().await.ok())
        })
        .await
    }

    /// An element inside the panel.
    pub(super) async fn find(&self, css: &str) -> Result<Element> {
        let panel = self.browser.client.find(Locator::Css("carryall-export")).await?;
        Ok(panel.shadow_root().await?.find(Locator::Css(css)).await?)
    }
}
