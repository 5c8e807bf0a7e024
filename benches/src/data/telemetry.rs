//! W1: flat telemetry of five keys.

use super::Clock;
use super::random::Random;
use super::{humidity, rounded, temperature};

/// Values of few widths, as a fleet of equal devices sends them: 123 bytes.
pub fn uniform(count: usize) -> Vec<String> {
    let (mut random, mut clock) = (Random::new(1), Clock::new());
    let message = |_| {
        let time = clock.tick(&mut random);
        format!(
            concat!(
                r#"{{"sensor_id":"sensor-{:04}","reading_time":"{}","#,
                r#""temperature":{:?},"humidity":{:?},"pressure":{:?}}}"#
            ),
            random.below(10_000),
            time,
            temperature(&mut random, 2),
            humidity(&mut random, 1),
            rounded(random.normal(1003.0, 12.0), 2),
        )
    };
    (0..count).map(message).collect()
}

/// Values of every width: ids of two to seven characters, numbers of up to four decimals. There
/// are thousands of layouts, so that nothing can be learned from the last messages.
pub fn any(count: usize) -> Vec<String> {
    let (mut random, mut clock) = (Random::new(11), Clock::new());
    let message = |_| {
        let time = clock.tick(&mut random);
        let digits = u32::try_from(1 + random.below(6)).expect("a small number");
        let id = random.below(10u64.pow(digits));
        let mut decimals = || 1 + random.index(4);
        let widths = [decimals(), decimals(), decimals()];
        format!(
            concat!(
                r#"{{"sensor_id":"s{}","reading_time":"{}","#,
                r#""temperature":{:?},"humidity":{:?},"pressure":{:?}}}"#
            ),
            id,
            time,
            temperature(&mut random, widths[0]),
            humidity(&mut random, widths[1]),
            rounded(random.normal(1003.0, 12.0), widths[2]),
        )
    };
    (0..count).map(message).collect()
}
