use super::One;
use crate::cli::output::say;
use crate::cli::{ACTOR, Outcome};

pub(super) async fn enable(one: One) -> Outcome {
    let market = one.data.open_existing().await?;
    let row = market.categories.enable(ACTOR, &one.id, None).await?;
    say(&format!("enabled {}", row.id));
    Ok(())
}

pub(super) async fn disable(one: One) -> Outcome {
    let market = one.data.open_existing().await?;
    let row = market.categories.disable(ACTOR, &one.id, None).await?;
    say(&format!("disabled {}", row.id));
    Ok(())
}
