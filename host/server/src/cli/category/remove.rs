use super::One;
use crate::cli::output::say;
use crate::cli::{ACTOR, Outcome};

pub(super) async fn remove(one: One) -> Outcome {
    let market = one.data.open_existing().await?;
    market.categories.remove(ACTOR, &one.id, None).await?;
    say(&format!("removed {}", one.id));
    Ok(())
}
