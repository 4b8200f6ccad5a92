//! Exact statistics for the columns of a CSV table.
//!
//! Built to a component that exports `run` and imports nothing.

pub mod statistics;

wit_bindgen::generate!({ path: "wit", world: "skill" });

struct CsvStatistics;

impl Guest for CsvStatistics {
    fn run(input: String) -> Result<String, String> {
        let table = statistics::of(&input)?;
        serde_json::to_string(&table).map_err(|error| error.to_string())
    }
}

export!(CsvStatistics);
