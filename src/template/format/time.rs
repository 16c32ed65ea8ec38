//! `time.Time` and `time.Duration` as Go prints them.

use crate::template::unicode::quote;
use crate::template::value::{Time, Zone};

/// Go's `Duration.String`: `1h2m3.5s`, below a second with the unit that fits.
#[must_use]
pub fn duration(nanos: i64) -> String {
    if nanos == 0 {
        return "0s".to_owned();
    }
    let sign = if nanos < 0 { "-" } else { "" };
    let magnitude = nanos.unsigned_abs();
    let fraction = |whole: u64, rest: u64, places: usize| {
        if rest == 0 {
            return whole.to_string();
        }
        let digits = format!("{rest:0places$}");
        format!("{whole}.{}", digits.trim_end_matches('0'))
    };
    if magnitude < 1_000 {
        return format!("{sign}{magnitude}ns");
    }
    if magnitude < 1_000_000 {
        return format!("{sign}{}µs", fraction(magnitude / 1_000, magnitude % 1_000, 3));
    }
    if magnitude < 1_000_000_000 {
        return format!("{sign}{}ms", fraction(magnitude / 1_000_000, magnitude % 1_000_000, 6));
    }
    let seconds = magnitude / 1_000_000_000;
    let text = fraction(seconds % 60, magnitude % 1_000_000_000, 9);
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{sign}{text}s"),
        (0, minutes) => format!("{sign}{minutes}m{text}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{text}s"),
    }
}

/// Offset in seconds, name of the zone.
fn zone(time: &Time) -> (i32, String) {
    match &time.zone {
        Zone::Utc | Zone::Local => (0, "UTC".to_owned()),
        Zone::Fixed(offset, name) | Zone::Named(_, offset, name) => (*offset, name.to_string()),
    }
}

/// Year, month, day and second of the day, in the time's zone.
fn civil(time: &Time) -> (i64, usize, i64, i64) {
    let local = time.seconds.saturating_add(i64::from(zone(time).0));
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    // Civil date from a day count, in eras of 400 years that begin in March.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), day, second)
}

/// Go's `Time.GoString`: the expression that makes the time.
pub(super) fn time_expression(time: &Time) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day, second) = civil(time);
    let month = MONTHS[(month + 11) % 12];
    let zone = match &time.zone {
        Zone::Utc => "time.UTC".to_owned(),
        Zone::Local => "time.Local".to_owned(),
        Zone::Fixed(_, name) | Zone::Named(name, ..) => {
            format!("time.Location({})", quote(name.as_bytes()))
        }
    };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("time.Date({year}, time.{month}, {day}, {hour}, {minute}, {second}, {}, {zone})", time.nanos)
}

/// Go's `Time.String`: `2006-01-02 15:04:05.999999999 -0700 MST`; a zone without a name is shown by its offset twice.
#[must_use]
pub fn time_text(time: &Time) -> String {
    let (offset, name) = zone(time);
    let (year, month, day, second) = civil(time);
    let mut text =
        format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if time.nanos != 0 {
        text.push_str(format!(".{:09}", time.nanos).trim_end_matches('0'));
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs() / 60;
    let zone = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
    let name = if name.is_empty() { &zone } else { &name };
    text.push_str(&format!(" {zone} {name}"));
    text
}
