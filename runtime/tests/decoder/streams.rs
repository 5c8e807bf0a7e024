//! Long streams at the pace that the tiers are used at: they are judged, switched off and on, fill
//! up and forget.

use crate::harness::Harness;
use crate::json::{Json, STYLES};
use crate::mutate::{self, Original};
use crate::random::Random;
use crate::subject::{ALL, Hits};
use crate::tables;
use laminar_runtime::decode::json::level::Cpu;

/// Messages in a batch.
const BATCH: usize = 100;

/// For so many messages a tier is off that has lost.
const PAUSE: usize = 65_536;

fn all_levels() -> impl Iterator<Item = (Cpu, usize)> {
    Cpu::all().into_iter().map(|cpu| (cpu, ALL))
}

/// A stream that is calm, then noise, then calm again in another style.
#[test]
fn calm_and_noise() {
    let mut hits = Hits::default();
    for table in tables::all() {
        let mut harness = Harness::judged(table, all_levels());
        let mut random = Random::new(3);
        for phase in 0..8 {
            let style = STYLES[phase % STYLES.len()];
            let noise = [3, 50, 97][phase % 3];
            for _ in 0..24 {
                harness.expect(BATCH);
                for _ in 0..BATCH {
                    let mut message = (harness.table.form)(&mut random).text(style);
                    if random.below(100) < noise {
                        mutate::damage(&mut random, &mut message);
                    }
                    let _ = harness.check(&message);
                }
            }
            if phase % 2 == 1 {
                harness.expect(PAUSE);
            }
        }
        harness.count_hits();
        hits += harness.hits[ALL];
        println!("{}: {:?}", harness.table.name, harness.hits[ALL]);
    }
    assert!(hits.fast > 20_000, "{hits:?}");
    assert!(hits.templates > 100_000, "{hits:?}");
    assert!(hits.members > 10_000, "{hits:?}");
}

/// More keys, contexts and layouts than the tiers keep.
#[test]
fn more_than_the_tiers_hold() {
    let mut harness = Harness::everywhere(tables::deep());
    let mut random = Random::new(5);
    for number in 0..6_000 {
        let style = STYLES[random.below(STYLES.len())];
        let mut members = vec![("g", Json::scalar(number.to_string()))];
        let key = format!("key{}", random.below(600));
        members.push((&key, Json::scalar("\"x\"")));
        members.push(("a", nested(&mut random, 6)));
        random.shuffle(&mut members);
        let mut message = Json::object(members).text(style);
        if random.once_in(4) {
            mutate::damage(&mut random, &mut message);
        }
        let _ = harness.check(&message);
    }
}

/// Objects and arrays in each other, in any way.
fn nested(random: &mut Random, levels: usize) -> Json {
    let keys = ["a", "b", "c", "d", "e", "f"];
    match random.below(if levels == 0 { 1 } else { 5 }) {
        0 => Json::scalar(random.pick(&["1", "true", "null", "\"x\"", "-2.5"])),
        1 => Json::Array(
            (0..random.below(3))
                .map(|_| nested(random, levels - 1))
                .collect(),
        ),
        _ => {
            let members = (0..random.below(3)).map(|_| {
                let key = random.pick(&keys);
                (key, nested(random, levels - 1))
            });
            Json::object(members.collect::<Vec<_>>())
        }
    }
}

/// Texts around every limit of the index: lengths, numbers of commas, tokens across blocks.
#[test]
fn limits() {
    let mut harness = Harness::everywhere(tables::one());
    let mut random = Random::new(7);
    let mut check = |message: String| {
        let original = Original::new(Json::scalar(message), STYLES[0]);
        for _ in 0..2 {
            harness.check(&original.text).expect("it is valid");
        }
        for _ in 0..8 {
            let mut mutant = original.text.clone();
            mutate::damage(&mut random, &mut mutant);
            let _ = harness.check(&mutant);
        }
    };
    for len in [8_185, 8_191, 8_192, 8_193, 8_200, 70_000] {
        let text = "x".repeat(len - 11);
        check(format!("{{\"v\":1,\"t\":\"{text}\"}}"));
        let space = " ".repeat(len - 11);
        check(format!("{{\"v\":1,{space}\"t\":1}}"));
    }
    for commas in [
        30, 31, 32, 33, 34, 62, 63, 64, 65, 510, 511, 512, 513, 1_100,
    ] {
        check(format!("{{\"t\":[0{}],\"v\":2}}", ",1".repeat(commas)));
        check(format!("{{\"t\":[[]{}],\"v\":2}}", ",[]".repeat(commas)));
        check(format!("{{\"t\":\"{}\",\"v\":2}}", ",".repeat(commas)));
    }
    for len in 0..140 {
        let (pad, space) = ("p".repeat(len), " ".repeat(len));
        check(format!(
            "{{\"p\":\"{pad}\",\"v\":-12.5,\"s\":\"a,b\",\"w\":true}}"
        ));
        check(format!(
            "{{\"{pad}\":[1,{{\"{pad}\":null}}],\"v\":\"{pad}\"}}"
        ));
        check(format!("{space}{{\"a\":1,\"v\":1{space}}}{space}"));
        check(format!(
            "{{\"a\":{space}[{space}],{space}\"v\":{space}1,\"b\":{{{space}}}}}"
        ));
    }
    for digits in 1..40 {
        let number = "1234567890".repeat(4);
        check(format!("{{\"v\":{}}}", &number[..digits]));
        check(format!(
            "{{\"a\":0,\"v\":-{}.{}}}",
            &number[..digits],
            &number[..41 - digits]
        ));
        check(format!(
            "{{\"a\":{},\"v\":{}e-{}}}",
            &number[..digits],
            1,
            digits
        ));
    }
}
