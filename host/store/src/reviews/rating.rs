//! Stars: what a review gives, what an item has, and how items with few and with many compare.

use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::StoreError;
use crate::row::Columns;
use crate::sql::{Sql, sql};

/// One to five stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Rating(u8);

/// A number that is no rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no rating: give 1 to 5 stars")]
pub struct RatingError(pub i64);

impl TryFrom<i64> for Rating {
    type Error = RatingError;

    fn try_from(stars: i64) -> Result<Self, RatingError> {
        match u8::try_from(stars) {
            Ok(stars @ 1..=5) => Ok(Self(stars)),
            _ => Err(RatingError(stars)),
        }
    }
}

impl From<Rating> for i64 {
    fn from(rating: Rating) -> Self {
        Self::from(rating.0)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Rating {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .description(Some("One to five stars."))
            .minimum(Some(1))
            .maximum(Some(5))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Rating {}

/// What an item's reviews come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RatingSummary {
    /// How many reviews give one star, two, and so on to five.
    pub distribution: [i64; 5],
}

impl RatingSummary {
    /// How many reviews there are.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.distribution.iter().sum()
    }

    /// Their mean, to two decimals; `None` without any.
    #[must_use]
    pub fn average(&self) -> Option<f64> {
        mean(self.count(), self.sum())
    }

    fn sum(&self) -> i64 {
        (1..).zip(self.distribution).map(|(stars, reviews)| stars * reviews).sum()
    }

    /// Of an item, as last committed or inside a transaction, by who runs it.
    pub(super) fn select(item: &str) -> Sql {
        sql("SELECT rating, reviews FROM rating_counts WHERE item_id = $1").bind(item)
    }

    pub(super) fn read(rows: &[AnyRow]) -> Result<Self, StoreError> {
        let mut summary = Self::default();
        for row in rows {
            *summary.of(row.size("rating")?) = row.get_as("reviews")?;
        }
        Ok(summary)
    }

    fn of(&mut self, rating: Rating) -> &mut i64 {
        &mut self.distribution[usize::from(rating.0) - 1]
    }
}

/// The mean, to two decimals: a third would be noise, and one is too few to tell 4.79 from 4.81.
pub(crate) fn mean(count: i64, sum: i64) -> Option<f64> {
    (count > 0).then(|| (sum as f64 / count as f64 * 100.0).round() / 100.0)
}

/// Where an item without reviews stands: above the middle of the scale, since people review what they chose.
const PRIOR_MEAN: f64 = 3.5;
/// How many reviews it takes to weigh as much as knowing nothing: one of five stars moves an item a tenth of the way,
/// a hundred leave little of the prior.
const PRIOR_WEIGHT: f64 = 10.0;

/// What `sort=rating` compares: the Bayesian average `(weight * mean + sum) / (weight + count)`, less the prior's mean,
/// so that an item without reviews has 0, which its column has from the start.
///
/// The prior is constant, and not the mean of all items: else every review of any item would move every other, and a
/// cursor would point into an order that is gone.
fn score(count: i64, sum: i64) -> f64 {
    let (count, sum) = (count as f64, sum as f64);
    (sum - PRIOR_MEAN * count) / (PRIOR_WEIGHT + count)
}

/// Counts a review in, out or anew: what it gave `before`, and what it gives now. The item is locked by the caller.
pub(super) async fn count(
    connection: &mut AnyConnection,
    item: &str,
    before: Option<Rating>,
    now: Option<Rating>,
) -> Result<(), StoreError> {
    if before == now {
        return Ok(());
    }
    for (rating, change) in [(before, -1_i64), (now, 1)] {
        let Some(rating) = rating else { continue };
        // Two statements: in one, the row that is to be inserted would have to pass the check as well, at -1.
        sql("INSERT INTO rating_counts (item_id, rating, reviews) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING")
            .bind(item)
            .bind(i64::from(rating))
            .run(connection)
            .await?;
        sql("UPDATE rating_counts SET reviews = reviews + $3 WHERE item_id = $1 AND rating = $2")
            .bind(item)
            .bind(i64::from(rating))
            .bind(change)
            .run(connection)
            .await?;
    }
    let summary = RatingSummary::read(&RatingSummary::select(item).rows(connection).await?)?;
    let (count, sum) = (summary.count(), summary.sum());
    sql("UPDATE items SET rating_count = $2, rating_sum = $3, rating = $4 WHERE id = $1")
        .bind(item)
        .bind(count)
        .bind(sum)
        .bind(score(count, sum))
        .run(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score of so many reviews with that mean.
    fn scored(count: i64, mean: f64) -> f64 {
        score(count, (count as f64 * mean).round() as i64)
    }

    #[test]
    fn many_good_reviews_stand_above_few_that_are_perfect() {
        let best_first =
            [(1000, 4.8), (100, 4.8), (100, 4.5), (10, 4.9), (5, 5.0), (10, 4.0), (1, 5.0), (0, 0.0)];
        let scores = best_first.map(|(count, mean)| scored(count, mean));
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn bad_reviews_sink_an_item_below_those_that_nobody_rated() {
        let best_first = [(0, 0.0), (1, 1.0), (10, 2.0), (100, 2.0), (100, 1.0)];
        let scores = best_first.map(|(count, mean)| scored(count, mean));
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
        assert_eq!(scores[0].to_bits(), 0, "what a fresh row has");
    }

    #[test]
    fn another_good_review_never_lowers_and_another_bad_one_never_lifts() {
        for count in 0..200 {
            for sum in count..=count * 5 {
                assert!(score(count + 1, sum + 5) > score(count, sum), "{sum}/{count}");
                assert!(score(count + 1, sum + 1) < score(count, sum), "{sum}/{count}");
            }
        }
    }

    #[test]
    fn a_mean_has_two_decimals() {
        assert_eq!(mean(0, 0), None);
        assert_eq!(mean(3, 14), Some(4.67));
        assert_eq!(mean(1, 5), Some(5.0));
    }

    #[test]
    fn a_rating_is_one_to_five() {
        for stars in 1..=5 {
            assert_eq!(Rating::try_from(stars).map(i64::from), Ok(stars));
        }
        for stars in [i64::MIN, -1, 0, 6, 257, i64::MAX] {
            assert_eq!(Rating::try_from(stars), Err(RatingError(stars)));
        }
    }
}
