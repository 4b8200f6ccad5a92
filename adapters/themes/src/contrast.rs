//! Contrast between two colours (WCAG 2.2, "relative luminance" and "contrast ratio").

use cssparser::color::{parse_hash_color, parse_named_color};

/// What text needs on its background (WCAG 2.2, SC 1.4.3, level AA).
pub const AA: f64 = 4.5;

/// The ratio, from 1 to 21, between two opaque colours that are spelled `#rgb`, `#rrggbb` or by name;
/// `None` for every other spelling.
#[must_use]
pub fn ratio(one: &str, other: &str) -> Option<f64> {
    let (a, b) = (luminance(opaque(one)?), luminance(opaque(other)?));
    Some((a.max(b) + 0.05) / (a.min(b) + 0.05))
}

/// Red, green and blue of an opaque colour that is spelled `#rgb`, `#rrggbb` or by name.
pub(crate) fn opaque(color: &str) -> Option<[u8; 3]> {
    let color = color.trim();
    match color.strip_prefix('#') {
        Some(hash) => match parse_hash_color(hash.as_bytes()) {
            Ok((r, g, b, alpha)) if alpha >= 1.0 => Some([r, g, b]),
            _ => None,
        },
        None => parse_named_color(color).ok().map(|(r, g, b)| [r, g, b]),
    }
}

fn luminance([r, g, b]: [u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_is_21_and_a_colour_on_itself_is_1() {
        assert!((ratio("#000", "white").unwrap_or_default() - 21.0).abs() < 1e-9);
        assert!((ratio("#abcdef", "#abcdef").unwrap_or_default() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn grey_767676_is_the_lightest_that_reads_on_white() {
        assert!(ratio("#767676", "#ffffff").is_some_and(|r| r >= AA));
        assert!(ratio("#777777", "#ffffff").is_some_and(|r| r < AA));
    }

    #[test]
    fn what_is_not_plainly_opaque_has_no_ratio() {
        assert_eq!(ratio("#0008", "#fff"), None);
        assert_eq!(ratio("var(--x)", "#fff"), None);
    }
}
