//! The statistics themselves.

use std::collections::HashSet;

use serde::Serialize;

/// What is known about a table.
#[derive(Debug, Serialize, PartialEq)]
pub struct Table {
    /// Without the header.
    pub rows: usize,
    /// In the table's order.
    pub columns: Vec<Column>,
}

/// What is known about a column.
#[derive(Debug, Serialize, PartialEq)]
pub struct Column {
    /// From the header.
    pub name: String,
    /// Fields with something in them.
    pub count: usize,
    /// Fields with nothing but space in them.
    pub missing: usize,
    /// What depends on the kind.
    #[serde(flatten)]
    pub values: Values,
}

/// A column is numbers if every field that is not empty is one.
#[derive(Debug, Serialize, PartialEq)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Values {
    /// Quartiles are interpolated linearly between the nearest values (Hyndman and Fan, type 7).
    #[allow(missing_docs)]
    Number {
        minimum: f64,
        lower_quartile: f64,
        median: f64,
        upper_quartile: f64,
        maximum: f64,
        mean: f64,
        sum: f64,
    },
    /// Anything else; a column without any value, too.
    Text {
        /// Different values.
        distinct: usize,
    },
}

/// Reads a table with a header.
///
/// # Errors
/// A sentence that names the line.
pub fn of(text: &str) -> Result<Table, String> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(text)).from_reader(text.as_bytes());
    let names: Vec<String> =
        reader.headers().map_err(|e| e.to_string())?.iter().map(|name| name.trim().to_owned()).collect();
    if names.is_empty() {
        return Err("The table is empty. Give it a header line and rows.".into());
    }
    let mut fields: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    let mut rows = 0;
    for record in reader.records() {
        // The reader refuses a row with more or fewer fields than the header, and names its line.
        for (column, field) in fields.iter_mut().zip(&record.map_err(|error| error.to_string())?) {
            column.push(field.trim().to_owned());
        }
        rows += 1;
    }
    let columns = names.into_iter().zip(fields).map(|(name, fields)| column(name, &fields)).collect();
    Ok(Table { rows, columns })
}

/// The separator that the header has most of; a comma if it has none.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    // The last of equals wins, so the comma stands last.
    *b";\t,"
        .iter()
        .max_by_key(|separator| header.bytes().filter(|byte| byte == *separator).count())
        .unwrap_or(&b',')
}

fn column(name: String, fields: &[String]) -> Column {
    let present: Vec<&str> = fields.iter().map(String::as_str).filter(|field| !field.is_empty()).collect();
    // `inf` and `NaN` are words in a table, not numbers.
    let number = |field: &&str| field.parse::<f64>().ok().filter(|number| number.is_finite());
    let numbers: Option<Vec<f64>> = present.iter().map(number).collect();
    let values = match numbers {
        Some(numbers) if !numbers.is_empty() => numeric(numbers),
        _ => Values::Text { distinct: present.iter().collect::<HashSet<_>>().len() },
    };
    Column { name, count: present.len(), missing: fields.len() - present.len(), values }
}

fn numeric(mut numbers: Vec<f64>) -> Values {
    numbers.sort_by(f64::total_cmp);
    let sum = sum(&numbers);
    Values::Number {
        minimum: numbers[0],
        lower_quartile: quantile(&numbers, 0.25),
        median: quantile(&numbers, 0.5),
        upper_quartile: quantile(&numbers, 0.75),
        maximum: numbers[numbers.len() - 1],
        mean: sum / numbers.len() as f64,
        sum,
    }
}

/// Neumaier's compensated sum: a column of prices adds up to the cent.
fn sum(numbers: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for &number in numbers {
        let next = sum + number;
        lost += if sum.abs() >= number.abs() { (sum - next) + number } else { (number - next) + sum };
        sum = next;
    }
    sum + lost
}

/// `sorted` is not empty.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = (sorted.len() - 1) as f64 * part;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_missing_ones_are_counted() {
        let table = of("item,price\na,2\nb,3\nc,\nd,10\n").unwrap();
        assert_eq!(table.rows, 4);
        assert_eq!((table.columns[1].count, table.columns[1].missing), (3, 1));
        let expected = Values::Number {
            minimum: 2.0,
            lower_quartile: 2.5,
            median: 3.0,
            upper_quartile: 6.5,
            maximum: 10.0,
            mean: 5.0,
            sum: 15.0,
        };
        assert_eq!(table.columns[1].values, expected);
        assert_eq!(table.columns[0].values, Values::Text { distinct: 4 });
    }

    #[test]
    fn cents_add_up() {
        let table = of(&format!("x\n{}", "0.1\n".repeat(1000))).unwrap();
        assert!(matches!(table.columns[0].values, Values::Number { sum, .. } if sum == 100.0));
    }

    #[test]
    fn semicolons_tabs_and_quotes_are_read() {
        for text in ["a;b\n1;\"x;y\"\n", "a\tb\n1\t\"x\ty\"\n", "\u{FEFF}a,b\r\n1,\"x,\"\"y\"\r\n"] {
            let table = of(text).unwrap();
            assert_eq!((table.rows, table.columns.len()), (1, 2), "{text:?}");
        }
    }

    #[test]
    fn a_damaged_row_is_named_by_line() {
        assert!(of("a,b\n1,2\n3\n").unwrap_err().contains("line: 3"));
        assert!(of("").is_err());
    }

    #[test]
    fn words_that_look_like_numbers_are_words() {
        assert_eq!(of("x\n1\nNaN\n").unwrap().columns[0].values, Values::Text { distinct: 2 });
    }
}
