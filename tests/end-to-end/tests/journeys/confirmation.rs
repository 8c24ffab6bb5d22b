//! The mail's link, its page, and those who are not the person.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::caller::{Caller, Method, send};
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::foreign_page::ForeignPage;
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::mail::Mail;
use carryall_end_to_end::stack::{Size, StackOptions};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};

crate::in_every_browser! {
    StackOptions::default() =>
    opening_the_link_confirms_nothing,
    a_wrong_token_confirms_nothing,
    another_sites_form_confirms_nothing,
    mail_panel_and_page_show_the_same_code,
    the_second_link_stops_a_request_by_keyboard_alone;
    StackOptions { size: Size::Medium, ..StackOptions::default() } =>
    the_second_link_stops_an_export_where_it_runs;
    StackOptions { policy: "confirmation_window_seconds = 2".to_owned(), ..StackOptions::default() } =>
    a_confirmation_that_comes_too_late_is_told_so
}

async fn opening_the_link_confirms_nothing(journey: &mut Journey) -> Result<()> {
    let mail = requested(journey).await?;
    let link = mail.confirmation_link()?;
    journey.open_tab(link).await?;
    journey.confirmation_button().await?;
    let address = journey.browser.client.current_url().await?;
    ensure!(address.fragment().is_none(), "the token stands in the address bar");
    let (status, _) = send(Method::GET, link.split('#').next().unwrap_or_default(), &[], None)?;
    ensure!(status == 200, "the page answers {status}");
    ensure!(state(journey)? == "pending", "the link alone has confirmed");
    Ok(())
}

async fn a_wrong_token_confirms_nothing(journey: &mut Journey) -> Result<()> {
    let mail = requested(journey).await?;
    let link = mail.confirmation_link()?;
    let last = if link.ends_with('A') { 'B' } else { 'A' };
    let wrong: String = link.chars().take(link.chars().count() - 1).chain([last]).collect();
    journey.open_tab(&wrong).await?;
    journey.confirmation_button().await?.click().await?;
    journey.wait_for_confirmation("refused").await?;
    ensure!(state(journey)? == "pending", "a wrong token has confirmed");
    Ok(())
}

async fn a_confirmation_that_comes_too_late_is_told_so(journey: &mut Journey) -> Result<()> {
    let mail = requested(journey).await?;
    let caller = Caller::sign_in(&journey.stack)?;
    let lapsed = |current: &Value| current.pointer("/export/end_code").is_some_and(|code| code == "unconfirmed");
    caller.wait_for("the request to lapse", Duration::from_secs(10), lapsed).await?;
    journey.open_tab(mail.confirmation_link()?).await?;
    journey.confirmation_button().await?.click().await?;
    journey.wait_for_confirmation("refused").await?;
    let page = journey.browser.script("return document.body.innerText").await?;
    ensure!(page.as_str().is_some_and(|text| text.contains("This link has run out")), "the page does not say why: {page}");
    ensure!(state(journey)? == "cancelled", "an expired token has confirmed");
    crate::picture(journey, "late-confirmation").await
}

/// A page of another origin that knows even the token: forms of every kind, and fetches with and without CORS.
async fn another_sites_form_confirms_nothing(journey: &mut Journey) -> Result<()> {
    let mail = requested(journey).await?;
    let (id, token) = id_and_token(&mail)?;
    let address = format!("{}/v1/exports/{id}/confirm", journey.stack.counter());
    let page = ForeignPage::serve(&attack(&address, &token))?;
    journey.open_tab(page.address()).await?;
    journey.wait_for_log(r#"POST route="/v1/exports/{id}/confirm" status=4"#, SIMPLE_ATTEMPTS).await?;
    ensure!(state(journey)? == "pending", "another site's page has confirmed");
    let body = json!({ "token": token });
    let foreign = [("origin", page.address()), ("x-carryall", "1")];
    let (status, problem) = send(Method::POST, &address, &foreign, Some(&body))?;
    ensure!(status == 403 && problem["code"] == "origin_not_allowed", "another origin is answered {status} {problem}");
    let (status, problem) = send(Method::POST, &address, &[("origin", journey.stack.host())], Some(&body))?;
    ensure!(status == 403 && problem["code"] == "origin_not_allowed", "without the header it is {status} {problem}");
    ensure!(state(journey)? == "pending", "a refused call has confirmed");
    Ok(())
}

async fn mail_panel_and_page_show_the_same_code(journey: &mut Journey) -> Result<()> {
    let mail = requested(journey).await?;
    let current = Caller::sign_in(&journey.stack)?.current()?;
    let code = current.pointer("/export/matching_code").and_then(Value::as_str).context("the counter names no code")?;
    ensure!(mail.text.contains(code), "the mail does not show {code}:\n{}", mail.text);
    ensure!(journey.panel_text().await?.contains(code), "the panel does not show {code}");
    journey.open_tab(mail.confirmation_link()?).await?;
    journey.confirmation_button().await?;
    let page = journey.browser.script("return document.body.innerText").await?;
    ensure!(page.as_str().is_some_and(|text| text.contains(code)), "the page does not show {code}: {page}");
    Ok(())
}

/// Tab to the first button, Enter: the denial comes first behind this link.
async fn the_second_link_stops_a_request_by_keyboard_alone(journey: &mut Journey) -> Result<()> {
    let mail = requested(journey).await?;
    journey.open_tab(mail.denial_link()?).await?;
    journey.wait_for_confirmation("deny").await?;
    let address = journey.browser.client.current_url().await?;
    ensure!(address.fragment().is_none(), "the token stands in the address bar");
    ensure!(state(journey)? == "pending", "the link alone has denied");
    journey.browser.client.find(Locator::Css("body")).await?.send_keys(&Key::Tab.to_string()).await?;
    journey.browser.client.active_element().await?.send_keys(&Key::Enter.to_string()).await?;
    journey.wait_for_confirmation("denied").await?;
    ensure!(state(journey)? == "cancelled", "the denial has ended nothing");
    crate::picture(journey, "denied").await
}

async fn the_second_link_stops_an_export_where_it_runs(journey: &mut Journey) -> Result<()> {
    let mail = requested(journey).await?;
    journey.confirm(&mail).await?;
    journey.start().await?;
    journey.wait_until("running").await?;
    let settings = journey.browser.client.window().await?;
    journey.open_tab(mail.denial_link()?).await?;
    journey.wait_for_confirmation("deny").await?;
    journey.browser.client.find(Locator::Id("deny")).await?.click().await?;
    journey.wait_for_confirmation("denied").await?;
    journey.browser.client.close_window().await?;
    journey.browser.client.switch_to_window(settings).await?;
    journey.wait_until("cancelled").await?;
    let panel = journey.panel_text().await?;
    ensure!(panel.contains("in the mail"), "the panel does not say who stopped it: {panel}");
    Ok(())
}

async fn requested(journey: &mut Journey) -> Result<Mail> {
    journey.sign_in().await?;
    journey.request(Layout::Files).await?;
    journey.read_mail().await
}

fn state(journey: &Journey) -> Result<Value> {
    let current = Caller::sign_in(&journey.stack)?.current()?;
    current.pointer("/export/state").cloned().context("the counter knows no export")
}

fn id_and_token(mail: &Mail) -> Result<(String, String)> {
    let (_, fragment) = mail.confirmation_link()?.split_once('#').context("the link has no fragment")?;
    let (id, token) = fragment.split_once('.').context("the fragment has no token")?;
    Ok((id.to_owned(), token.to_owned()))
}

/// How many of the attempts need no permission from the counter to reach it: two forms, three fetches, one beacon.
const SIMPLE_ATTEMPTS: usize = 6;

fn attack(address: &str, token: &str) -> String {
    let body = json!({ "token": token }).to_string();
    let (name, value) = body.split_once(':').unwrap_or_default();
    let field = |text: &str| text.replace('"', "&quot;");
    format!(
        r#"<!doctype html><title>A prize for you</title>
<iframe name="one"></iframe><iframe name="two"></iframe>
<form target="one" method="post" enctype="text/plain" action="{address}"><input name="{}:" value="{}"></form>
<form target="two" method="post" action="{address}"><input name="token" value="{token}"></form>
<script type="module">
const body = {body:?};
for (const form of document.forms) form.submit();
const types = ["text/plain", "application/x-www-form-urlencoded", "application/json"];
for (const mode of ["no-cors", "cors"]) {{
  for (const type of types) {{
    const headers = mode === "cors" ? {{ "content-type": type, "x-carryall": "1" }} : {{ "content-type": type }};
    await fetch("{address}", {{ method: "POST", mode, credentials: "include", headers, body }}).catch(() => {{}});
  }}
}}
navigator.sendBeacon("{address}", body);
</script>"#,
        field(name),
        field(value),
    )
}
