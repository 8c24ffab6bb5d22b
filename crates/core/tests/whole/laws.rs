//! Laws: whatever the order, the page size, the staging and the faults, the payload is the same.

use carryall_core::export::{Action, Export};
use carryall_protocol::catalog::Catalog;
use carryall_protocol::job::{FormatChoice, LayoutChoice};
use proptest::prelude::*;

use crate::drive::{Drive, START, assert_whole};
use crate::formats::gather;
use crate::host::{Churn, Fault, Host};

/// Every way to write records.
const FORMS: [(LayoutChoice, FormatChoice); 5] = [
    (LayoutChoice::Files, FormatChoice::Json),
    (LayoutChoice::Files, FormatChoice::Ndjson),
    (LayoutChoice::Files, FormatChoice::Csv),
    (LayoutChoice::Document, FormatChoice::Json),
    (LayoutChoice::X, FormatChoice::Json),
];

#[test]
fn one_record_pages_and_a_staging_that_takes_single_bytes_change_nothing() {
    for (layout, format) in FORMS {
        let whole = Drive { layout, format, ..Drive::default() }.run(&mut Host::talkif(120, 12)).unwrap();
        let mut host = Host::talkif(120, 12);
        host.clamp = 1;
        let drive = Drive { layout, format, bytewise: true, page_size: 1, ..Drive::default() };
        let bytewise = drive.run(&mut host).unwrap();
        assert_whole(&bytewise, &host);
        assert_eq!(whole.digest, bytewise.digest);
    }
}

#[test]
fn progress_tells_the_total_from_the_first_page_on() {
    let plan = Drive { categories: vec!["contacts"], ..Drive::default() }.plan();
    let mut host = Host::talkif(950, 0);
    let mut export = Export::begin(plan);
    let Action::Fetch(request) = export.poll(START) else { panic!("a page is wanted first") };
    assert_eq!(export.progress()[0].total, None);
    let answer = host.answer(&request.target, false, START);
    export.handle_page(request.id, answer, START);
    let progress = &export.progress()[0];
    assert_eq!((progress.records, progress.total), (100, Some(950)));
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Status(429)),
        Just(Fault::Status(502)),
        Just(Fault::Reset),
        Just(Fault::Body("{\"contacts\":[")),
        Just(Fault::Body("")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_payload_does_not_depend_on_order_concurrency_or_faults(
        order in prop::collection::vec(0usize..40, 1..20),
        concurrency in prop::sample::select(vec![1u8, 2, 6, 40]),
        form in prop::sample::select(FORMS.to_vec()),
        gathers in any::<bool>(),
        contact_faults in prop::collection::vec(fault(), 0..2),
        call_faults in prop::collection::vec(fault(), 0..2),
    ) {
        let (layout, format) = form;
        let edit = if gathers { gather } else { |_: &mut Catalog| {} };
        let plain = Drive { layout, format, edit, concurrency: 1, ..Drive::default() }.run(&mut Host::talkif(430, 30)).unwrap();
        let mut host = Host::talkif(430, 30);
        host.faults.insert("/contacts".to_owned(), contact_faults);
        host.faults.insert("/calls".to_owned(), call_faults);
        let outcome = Drive { layout, format, edit, order, concurrency, ..Drive::default() }.run(&mut host).unwrap();
        if !gathers {
            assert_whole(&outcome, &host);
        }
        prop_assert_eq!(outcome.report.records(), plain.report.records());
        prop_assert_eq!(outcome.digest, plain.digest);
        prop_assert!(outcome.report.complete);
    }

    #[test]
    fn a_list_that_changes_never_loses_a_record_silently(
        seed in any::<u64>(),
        inserts in any::<bool>(),
        every in 1u64..12,
        concurrency in prop::sample::select(vec![1u8, 6]),
        page_size in prop::sample::select(vec![2u32, 7, 20]),
    ) {
        let mut host = Host::talkif(300, 0);
        let before = crate::host::truth(&host)["contacts"].clone();
        host.churn = Some(("/contacts".to_owned(), Churn { seed, inserts, every, born: 0 }));
        let drive = Drive { categories: vec!["contacts"], concurrency, page_size, ..Drive::default() };
        let outcome = drive.run(&mut host).unwrap();
        let after = &crate::host::truth(&host)["contacts"];
        let records = &outcome.records()["contacts"];
        let lost: Vec<&String> = before.intersection(after).filter(|record| !records.contains(*record)).collect();
        prop_assert!(lost.is_empty() || !outcome.report.complete, "{} lost: {:?}", lost.len(), lost.first());
    }

    #[test]
    fn no_answers_make_the_machine_panic_or_hang(
        bodies in prop::collection::vec(prop_oneof![any::<String>(), "\\{\"(contacts|calls|users)\":\\[(1|\\{\"id\":[0-9]{1,2}\\},?)*\\],\"meta\":\\{\"total\":[0-9]{1,3}\\}\\}"], 1..30),
        order in prop::collection::vec(0usize..6, 1..10),
    ) {
        let leaked: Vec<&'static str> = bodies.into_iter().map(|body| &*Box::leak(body.into_boxed_str())).collect();
        let mut host = Host::talkif(30, 3);
        for path in ["/contacts", "/calls", "/users"] {
            host.faults.insert(path.to_owned(), leaked.iter().map(|body| Fault::Body(body)).collect());
        }
        if let Ok(outcome) = (Drive { order, ..Drive::default() }).run(&mut host) {
            prop_assert!(outcome.names().len() >= 10);
        }
    }
}
