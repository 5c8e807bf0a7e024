//! Distances on the earth.

/// The mean radius of the earth in metres (IUGG).
const RADIUS: f64 = 6_371_008.8;

/// `haversine(lat1, lon1, lat2, lon2)`: metres along the great circle between two places in
/// degrees, on a sphere; up to half a percent off from the ellipsoid.
pub fn haversine(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let half_chord = |from: f64, to: f64| ((to.to_radians() - from.to_radians()) / 2.0).sin();
    let (lat, lon) = (half_chord(lat1, lat2), half_chord(lon1, lon2));
    let a = lat * lat + lat1.to_radians().cos() * lat2.to_radians().cos() * lon * lon;
    2.0 * RADIUS * a.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, metres) in [
            ((52.52, 13.405), (48.8566, 2.3522), 877_465.0),
            ((0.0, 0.0), (0.0, 180.0), 20_015_115.0),
            ((90.0, 0.0), (-90.0, 77.0), 20_015_115.0),
            ((10.0, 179.5), (10.0, -179.5), 109_506.0),
            ((51.5, -0.1), (51.5, -0.1), 0.0),
        ] {
            let got = haversine(from.0, from.1, to.0, to.1);
            assert!((got - metres).abs() < 2.0, "{from:?} {to:?}: {got}");
        }
        assert!(haversine(f64::MAX, f64::MIN, f64::MAX, 1.0).is_finite());
    }
}
