//! Simulated sensors: temperatures that wander, and now and then one that is out of bounds.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many there are.
const SENSORS: usize = 48;

/// One message in this many is an alert, on average.
const ALERT_EVERY: u64 = 100;

/// How many messages share a reading time: asking for the time and printing it costs more than
/// the rest of a message.
const MESSAGES_PER_CLOCK: u64 = 32;

/// The sensors; they take turns. The values are the same on each run, but for the time.
pub struct Sensors {
    all: Vec<Sensor>,
    random: u64,
    sent: u64,
    alerts: u64,
    reading_time: String,
    payload: String,
}

struct Sensor {
    name: String,
    topic: String,
    /// Hundredths of a degree.
    temperature: i64,
    /// Tenths of a percent.
    humidity: i64,
    /// Tenths of a hectopascal.
    pressure: i64,
}

impl Default for Sensors {
    fn default() -> Self {
        Self::new()
    }
}

impl Sensors {
    /// Sensors that have sent nothing yet.
    pub fn new() -> Self {
        let sensor = |number: usize| Sensor {
            name: format!("s-{number:02}"),
            topic: format!("sensors/s-{number:02}/readings"),
            temperature: 2000,
            humidity: 450,
            pressure: 10_130,
        };
        Self {
            all: (0..SENSORS).map(sensor).collect(),
            random: 0x9e37_79b9_7f4a_7c15,
            sent: 0,
            alerts: 0,
            reading_time: String::new(),
            payload: String::new(),
        }
    }

    /// A topic that one of them sends to.
    pub fn topic(&self) -> &str {
        &self.all[0].topic
    }

    /// The next message: topic and payload.
    pub fn read(&mut self) -> (&str, &str) {
        if self.sent.is_multiple_of(MESSAGES_PER_CLOCK) {
            self.reading_time = rfc3339(SystemTime::now());
        }
        let turn = usize::try_from(self.sent % SENSORS as u64).expect("it is below SENSORS");
        let alert = self.below(ALERT_EVERY) == 0;
        let steps = [self.step(5), self.step(3), self.step(2)];
        let outlier = match self.below(2) {
            0 => 4001 + self.below(900),
            _ => 1001 + self.below(900),
        };
        let sensor = &mut self.all[turn];
        sensor.temperature = (sensor.temperature + steps[0]).clamp(1200, 3200);
        sensor.humidity = (sensor.humidity + steps[1]).clamp(200, 800);
        sensor.pressure = (sensor.pressure + steps[2]).clamp(9800, 10_400);
        let outlier = i64::try_from(outlier).expect("it is small");
        // From 40.01 up, or from -10.01 down.
        let outlier = if outlier > 4000 { outlier } else { -outlier };
        let temperature = if alert { outlier } else { sensor.temperature };
        self.sent += 1;
        self.alerts += u64::from(alert);
        write_payload(&mut self.payload, sensor, &self.reading_time, temperature);
        (&sensor.topic, &self.payload)
    }

    /// How many messages there were.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// How many of them were out of bounds.
    pub fn alerts(&self) -> u64 {
        self.alerts
    }

    /// A step of up to `most` in either direction.
    fn step(&mut self, most: u64) -> i64 {
        let most_signed = i64::try_from(most).expect("it is small");
        i64::try_from(self.below(2 * most + 1)).expect("it is small") - most_signed
    }

    /// A number below `bound`, by Marsaglia's xorshift64 generator.
    fn below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 16) % bound
    }
}

fn write_payload(to: &mut String, sensor: &Sensor, reading_time: &str, temperature: i64) {
    to.clear();
    let sign = if temperature < 0 { "-" } else { "" };
    let (degrees, hundredths) = (temperature.abs() / 100, temperature.abs() % 100);
    write!(
        to,
        "{{\"sensor_id\":\"{}\",\"reading_time\":\"{reading_time}\",\
         \"temperature\":{sign}{degrees}.{hundredths:02},\
         \"humidity\":{}.{},\"pressure\":{}.{}}}",
        sensor.name,
        sensor.humidity / 10,
        sensor.humidity % 10,
        sensor.pressure / 10,
        sensor.pressure % 10,
    )
    .expect("a String takes it");
}

/// `2026-01-15T08:00:00.123Z`.
fn rfc3339(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, millis) = (since.as_secs(), since.subsec_millis());
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day of a number of days since 1970-01-01, counted from 0000-03-01 so that a
/// leap day ends its year.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months of 31, 30, 31, 30 and 31 days from March on: 153 days in each five.
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year_of_era + next_year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn one_message_in_a_hundred_is_an_alert() {
        let mut sensors = Sensors::new();
        let mut alerts = 0;
        for _ in 0..20_000 {
            let (topic, payload) = sensors.read();
            let message: serde_json::Value = serde_json::from_str(payload).expect("it is JSON");
            let id = message["sensor_id"].as_str().expect("it is text");
            assert_eq!(topic, format!("sensors/{id}/readings"));
            let temperature = message["temperature"].as_f64().expect("it is a number");
            alerts += u64::from(!(-10.0..=40.0).contains(&temperature));
        }
        assert_eq!((sensors.sent(), sensors.alerts()), (20_000, alerts));
        assert!((100..400).contains(&alerts), "{alerts}");
    }

    #[test]
    fn times_are_printed_as_rfc_3339() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ];
        for (millis, expected) in cases {
            assert_eq!(
                rfc3339(UNIX_EPOCH + Duration::from_millis(millis)),
                expected
            );
        }
    }
}
