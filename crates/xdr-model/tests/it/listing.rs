//! Listing all endpoints page by page, while endpoints appear and disappear.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use xdr_model::{
    EndpointList, EndpointPage, Error, Filter, GetEndpoints, flow::ListEndpoints,
    transport::TransportKind as Kind,
};

use crate::support::{
    Drive, Ended, Moment, Received, Sending, answer, drive, lost, ok, script, seconds, session,
};

type Listed = Ended<EndpointPage, Result<EndpointList, Error>>;

fn listing() -> ListEndpoints {
    session().list_endpoints(&GetEndpoints::all()).unwrap()
}

/// The range that a request asks for.
fn range(sending: &Sending) -> (usize, usize) {
    let request: Value = serde_json::from_str(&sending.body).unwrap();
    assert_eq!(request["request_data"]["sort"], json!({"field": "endpoint_id", "keyword": "asc"}));
    let place = |key: &str| usize::try_from(request["request_data"][key].as_u64().unwrap()).unwrap();
    (place("search_from"), place("search_to"))
}

fn reply<'a>(total: Option<usize>, ids: impl Iterator<Item = &'a String>) -> Received {
    let endpoints: Vec<_> = ids.map(|id| json!({"endpoint_id": id})).collect();
    let mut reply = json!({"result_count": endpoints.len(), "endpoints": endpoints});
    if let Some(total) = total {
        reply["total_count"] = total.into();
    }
    ok(json!({"reply": reply}).to_string())
}

/// The page of a set that a request asks for.
fn page_of(set: &BTreeSet<String>, counted: bool, sending: &Sending) -> Received {
    let (from, to) = range(sending);
    reply(counted.then_some(set.len()), set.iter().skip(from).take(to - from))
}

fn id(n: usize) -> String {
    format!("{n:08}")
}

fn set(ids: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
    ids.into_iter().map(id).collect()
}

fn told(ended: &Listed) -> Vec<&str> {
    ended.progress.iter().flat_map(|page| &page.endpoints).map(|endpoint| endpoint.id.as_str()).collect()
}

fn output(ended: &Listed) -> &EndpointList {
    let list = ended.output.as_ref().unwrap();
    let told = told(ended);
    assert_eq!(list.endpoints, told.len() as u64);
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "each is told once");
    assert!(ended.progress.iter().all(|page| !page.endpoints.is_empty()));
    list
}

#[test]
fn a_set_that_stands_still_is_told_whole_and_once() {
    // The number of endpoints, and the number of requests with a count and without one.
    let table =
        [(0, 1, 1), (1, 1, 1), (2, 1, 2), (99, 1, 2), (100, 2, 2), (101, 2, 3), (199, 3, 3), (1000, 11, 12)];
    for (count, counted, uncounted) in table {
        let set = set(0..count);
        for (requests, is_counted) in [(counted, true), (uncounted, false)] {
            let ended = drive(listing(), |sending| page_of(&set, is_counted, sending));
            assert_eq!(ended.sends.len(), requests, "{count} endpoints, counted: {is_counted}");
            assert!(told(&ended).iter().eq(&set));
            let expected = json!({
                "endpoints": count, "duplicates": 0, "has_shrunk": false, "may_have_missed": false,
                "total_count": is_counted.then_some(count),
            });
            let mut list = serde_json::to_value(output(&ended)).unwrap();
            // A key without a value is absent.
            assert_eq!(list.get("total_count").is_some(), is_counted);
            list["total_count"] = list["total_count"].take();
            assert_eq!(list, expected, "{count}");
        }
    }
}

#[test]
fn a_request_that_breaks_a_rule_is_not_sent_and_its_range_does_not_matter() {
    let invalid = GetEndpoints::matching([Filter::alias([""])]);
    assert!(matches!(session().list_endpoints(&invalid), Err(Error::Invalid(_))));
    let other = GetEndpoints::matching([Filter::alias(["a"])]).with_range(500..501);
    let ended = drive(session().list_endpoints(&other).unwrap(), |sending| {
        assert_eq!(range(sending), (0, 100));
        assert!(sending.body.contains(r#""value":["a"]"#));
        reply(Some(0), [].iter())
    });
    assert_eq!(output(&ended).endpoints, 0);
}

/// Lists a set. Before each request, `change` gets the number of the request, from 0, and changes the set.
fn list_while(
    mut set: BTreeSet<String>,
    counted: bool,
    mut change: impl FnMut(usize, &mut BTreeSet<String>),
) -> (Listed, Vec<usize>) {
    let mut places = Vec::new();
    let ended = drive(listing(), |sending| {
        change(places.len(), &mut set);
        places.push(range(sending).0);
        page_of(&set, counted, sending)
    });
    (ended, places)
}

#[test]
fn an_endpoint_that_goes_makes_it_go_back_and_leaves_none_out() {
    for counted in [true, false] {
        // The endpoints that disappear after the first page, and the starts of all ranges that are read.
        let table: [(&[usize], &[usize]); 4] = [
            (&[5], &[0, 99, 98, 197]),
            (&[99], &[0, 99, 98, 197]),
            (
                &[1, 2, 3, 4, 5, 6, 7, 8],
                if counted { &[0, 99, 91, 190] } else { &[0, 99, 98, 96, 92, 84, 183] },
            ),
            (&[150], &[0, 99, 198]),
        ];
        for (gone, expected) in table {
            let all = set(0..250);
            let (ended, places) = list_while(all.clone(), counted, |request, set| {
                if request == 1 {
                    gone.iter().for_each(|n| assert!(set.remove(&id(*n))));
                }
            });
            let list = output(&ended);
            let left: BTreeSet<_> =
                all.into_iter().filter(|id| !gone.contains(&id.parse().unwrap())).collect();
            let told: BTreeSet<_> = told(&ended).into_iter().map(str::to_owned).collect();
            assert!(told.is_superset(&left), "{gone:?}, counted: {counted}");
            assert!(!list.may_have_missed, "{gone:?}: all that stayed was told");
            assert_eq!(
                list.has_shrunk,
                counted || gone != [150],
                "{gone:?}: what nobody counts is not missed"
            );
            assert_eq!(places[..expected.len()], *expected, "{gone:?}, counted: {counted}");
        }
    }
}

#[test]
fn endpoints_that_come_are_told_or_dropped_and_nothing_is_left_out() {
    let (ended, _) = list_while(set((0..250).map(|n| 2 * n)), true, |request, set| {
        if request == 1 {
            set.extend([1, 3, 5, 401].map(id));
        }
    });
    let list = output(&ended);
    assert_eq!((list.endpoints, list.total_count, list.duplicates), (251, Some(250), 3));
    assert!(!list.has_shrunk && !list.may_have_missed);
    assert!(told(&ended).contains(&"00000401"));
}

#[test]
fn a_set_that_all_but_vanishes_is_read_to_its_end() {
    for counted in [true, false] {
        let (ended, places) = list_while(set(0..1000), counted, |request, set| {
            if request == 5 {
                set.retain(|id| id.ends_with("00"));
            }
        });
        let list = output(&ended);
        assert!(list.has_shrunk && !list.may_have_missed, "counted: {counted}");
        assert!(["00000500", "00000900"].iter().all(|id| told(&ended).contains(id)));
        assert!(places.len() < 20, "{places:?}");
    }
}

#[test]
fn a_tenant_that_cannot_be_followed_is_told_as_one() {
    // A tenant that ignores the range.
    let same = set(0..100);
    for total in [None, Some(2_775)] {
        let ended = drive(listing(), |_| reply(total, same.iter()));
        let list = output(&ended);
        assert!(list.may_have_missed && list.endpoints == 100, "{list:?}");
        assert!(ended.sends.len() < 200, "{}", ended.sends.len());
    }
    // A tenant that names other endpoints every time. The list ends only at its limit of requests.
    let mut next = 0;
    let ended = drive(listing(), |_| {
        next += 100;
        reply(None, if next < 30_000 { set(next..next + 100) } else { set([]) }.iter())
    });
    assert!(output(&ended).may_have_missed);
    // A tenant that counts more endpoints than it shows.
    let few = set(0..30);
    let ended = drive(listing(), |sending| {
        let (from, to) = range(sending);
        reply(Some(31), few.iter().skip(from).take(to - from))
    });
    let list = output(&ended);
    assert!(list.may_have_missed && !list.has_shrunk && list.endpoints == 30);
    // A tenant that shows fewer endpoints per page than requested.
    let many = set(0..250);
    for counted in [true, false] {
        let ended = drive(listing(), |sending| {
            let (from, _) = range(sending);
            reply(counted.then_some(250), many.iter().skip(from).take(40))
        });
        assert_eq!(told(&ended).len(), 250);
        assert!(!output(&ended).may_have_missed);
    }
    // A tenant that names one endpoint twice in a page.
    let twice: Vec<_> = (0..50).map(id).chain([id(7)]).collect();
    let ended = drive(listing(), |_| reply(Some(51), twice.iter()));
    assert_eq!((output(&ended).endpoints, output(&ended).duplicates), (50, 1));
}

#[test]
fn ids_in_no_order_are_told_and_their_count_shows_what_is_missing() {
    let mut shuffled: Vec<_> = (0..250).map(|n| id((n * 97) % 250)).collect();
    let ended = drive(listing(), |sending| {
        let (from, to) = range(sending);
        reply(Some(250), shuffled.iter().skip(from).take(to - from))
    });
    assert_eq!(output(&ended).endpoints, 250);
    assert!(!output(&ended).may_have_missed);
    // The order changes after the first page, and the last endpoint keeps its place.
    let mut sent = 0;
    let ended = drive(listing(), |sending| {
        let (from, to) = range(sending);
        if sent == 1 {
            for i in 0..99 {
                shuffled.swap(i, 100 + i);
            }
        }
        sent += 1;
        reply(Some(250), shuffled.iter().skip(from).take(to - from))
    });
    assert!(output(&ended).may_have_missed && output(&ended).endpoints < 250);
}

#[test]
fn a_list_that_holds_fewer_than_were_counted_may_have_missed_some() {
    // The tenant counts 250 and repeats its first hundred.
    let rows: Vec<_> = (0..100).chain([99]).chain(0..99).chain(0..50).map(id).collect();
    let ended = drive(listing(), |sending| {
        let (from, to) = range(sending);
        reply(Some(250), rows.iter().take(to).skip(from))
    });
    assert_eq!((output(&ended).endpoints, output(&ended).may_have_missed), (100, true));
    // Without a count and with another order, an endpoint can move to a page that was already read.
    let mut rows: Vec<_> = (0..150).map(|n| id((n * 97) % 150)).collect();
    let mut sent = 0;
    let ended = drive(listing(), |sending| {
        if sent == 1 {
            let moved = rows.remove(120);
            rows.insert(0, moved);
        }
        sent += 1;
        let (from, to) = range(sending);
        reply(None, rows.iter().take(to).skip(from))
    });
    assert_eq!((output(&ended).endpoints, output(&ended).may_have_missed), (149, true));
}

#[test]
fn a_count_beyond_all_numbers_is_none() {
    let mut sent = 0;
    let ended = drive(listing(), |_| {
        sent += 1;
        let ids: Vec<_> = (0..100).map(|n| id(1000 * sent + n)).collect();
        reply(Some(if sent == 1 { usize::MAX } else { 0 }), ids.iter())
    });
    assert_eq!(output(&ended).total_count, None);
}

#[test]
fn after_its_limit_nothing_more_is_asked() {
    let limited = listing().within(seconds(5));
    let all = set(0..5000);
    let ended = drive(limited, |sending| {
        assert!(sending.within.is_some_and(|within| within <= seconds(5)));
        page_of(&all, true, sending)
    });
    drop(ended);
    let ended = drive(listing().within(seconds(5)), |_| answer(503, ""));
    assert!(matches!(ended.output, Err(Error::ServerFailure(_))), "{:?}", ended.output);
}

#[test]
fn a_page_that_fails_is_read_again_and_ends_the_list_if_that_does_not_help() {
    let all = set(0..150);
    let mut sent = 0;
    let ended = drive(listing(), |sending| {
        sent += 1;
        if sent % 2 == 1 { answer(503, "") } else { page_of(&all, true, sending) }
    });
    assert_eq!((output(&ended).endpoints, ended.sends.len()), (150, 4));
    let mut sent = 0;
    let ended = drive(listing(), |sending| {
        sent += 1;
        if sent > 1 { lost(Kind::Closed) } else { page_of(&all, true, sending) }
    });
    assert_eq!((ended.progress.len(), ended.sends.len()), (1, 4), "what was told is told");
    let error = ended.output.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)) && !error.may_have_taken_effect(), "{error}");
    let ended = drive(listing(), |_| ok(r#"{"reply":{"endpoints":[{}]}}"#));
    assert!(matches!(ended.output, Err(Error::Unreadable(_))));
    assert_eq!(ended.sends.len(), 3);
}

#[test]
fn stopped_it_is_an_error_until_all_has_been_told() {
    let all = set(0..150);
    let stop = |at: Moment, requests: usize| {
        let answer = |sending: &Sending| page_of(&all, true, sending);
        Drive::new(listing()).run_until(answer, |moment, sent| (moment, sent) == (at, requests)).output
    };
    for (moment, requests) in
        [(Moment::Beginning, 0), (Moment::Sending, 1), (Moment::Told, 1), (Moment::Sending, 2)]
    {
        let error = stop(moment, requests).unwrap_err();
        assert!(!error.may_have_taken_effect() && error.to_string().contains("get_endpoint"), "{error}");
    }
    assert_eq!(stop(Moment::Told, 2).unwrap().endpoints, 150);
    let ended = Drive::new(listing()).run_until(script([]), |_, _| true);
    assert!(matches!(ended.output, Err(Error::NotSent(_))));
}

/// A change of a set before a request.
#[derive(Debug, Clone)]
enum Change {
    Comes(usize),
    Goes(prop::sample::Index),
    /// This number of endpoints disappear, from that place on.
    AreGone(prop::sample::Index, usize),
}

fn changes() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = prop_oneof![
        4 => (0..4_000_usize).prop_map(Change::Comes),
        4 => any::<prop::sample::Index>().prop_map(Change::Goes),
        1 => (any::<prop::sample::Index>(), 1..150_usize).prop_map(|(at, n)| Change::AreGone(at, n)),
    ];
    prop::collection::vec(prop::collection::vec(change, 0..6), 1..40)
}

fn apply(change: &Change, set: &mut BTreeSet<String>) {
    match change {
        Change::Comes(n) => drop(set.insert(id(*n))),
        Change::Goes(at) | Change::AreGone(at, _) if !set.is_empty() => {
            let count = if let Change::AreGone(_, count) = change { *count } else { 1 };
            let gone: Vec<_> = set.iter().skip(at.index(set.len())).take(count).cloned().collect();
            set.retain(|id| !gone.contains(id));
        }
        _ => {}
    }
}

/// How a tenant with a changing order answers a request: the seed of the order, and the places at which an endpoint
/// replaces the next one.
type View = (u64, Vec<prop::sample::Index>);

fn shown(set: &BTreeSet<String>, (seed, repeats): &View) -> Vec<String> {
    let mut rows: Vec<_> = set.iter().cloned().collect();
    if *seed > 0 {
        rows.sort_by_key(|id| {
            id.bytes().fold(*seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        });
    }
    for place in repeats.iter().filter(|_| set.len() > 1) {
        let place = place.index(rows.len() - 1);
        rows[place + 1] = rows[place].clone();
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    /// The tenant shows its endpoints in any order, and may repeat some. If it does not show an endpoint, the list says
    /// that some may be missing.
    #[test]
    fn what_a_tenant_in_disorder_does_not_show_is_missed_aloud(
        count in 0..400_usize,
        views in prop::collection::vec((0..4_u64, prop::collection::vec(any::<prop::sample::Index>(), 0..3)), 1..12),
        counted in any::<bool>(),
    ) {
        let all = set((0..count).map(|n| 7 * n % 4_001));
        let mut requests = 0;
        let ended = drive(listing(), |sending| {
            let rows = shown(&all, &views[requests % views.len()]);
            requests += 1;
            let (from, to) = range(sending);
            reply(counted.then_some(rows.len()), rows.iter().take(to).skip(from))
        });
        let list = output(&ended);
        prop_assert!(list.endpoints as usize == all.len() || list.may_have_missed || !counted && all.len() <= 100, "{list:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    /// Endpoints may appear and disappear. The list has every endpoint that is there the whole time, or says that some
    /// may be missing. With complete pages, it misses none of them.
    #[test]
    fn an_endpoint_that_stays_is_told_or_may_have_been_missed(
        count in 0..600_usize, changes in changes(), counted in any::<bool>(), cap in prop::sample::select(vec![40, 100]),
    ) {
        let mut now = set((0..count).map(|n| 7 * n % 4_001));
        let mut stayed = now.clone();
        let mut ever = now.clone();
        let mut requests = 0;
        let ended = drive(listing(), |sending| {
            if requests > 0 {
                for change in changes.get(requests - 1).into_iter().flatten() {
                    apply(change, &mut now);
                    stayed.retain(|id| now.contains(id));
                }
            }
            requests += 1;
            ever.extend(now.iter().cloned());
            let (from, to) = range(sending);
            let places = now.iter().skip(from).take((to - from).min(cap));
            reply(counted.then_some(now.len()), places)
        });
        let told: BTreeSet<String> = told(&ended).into_iter().map(str::to_owned).collect();
        let list = output(&ended);
        prop_assert!(told.is_subset(&ever));
        let missed: Vec<_> = stayed.difference(&told).collect();
        prop_assert!(missed.is_empty() || list.may_have_missed, "{missed:?} {list:?}");
        // With complete pages, no endpoint is missed.
        prop_assert!(missed.is_empty() || cap < 100, "{missed:?} {list:?}");
    }
}
