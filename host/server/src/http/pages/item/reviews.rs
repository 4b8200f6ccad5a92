//! What people think of an item.

use marketplace_store::{RatingSummary, Review, ReviewState};
use maud::{Markup, html};

use super::drawer::Drawer;
use crate::account::Scope;
use crate::http::pages::{View, form, parts};

pub(super) fn draw(drawer: &Drawer, view: &View) -> Markup {
    let Some(reviews) = &drawer.reviews else { return html! {} };
    let next =
        reviews.page.next_cursor.as_ref().map(|cursor| format!("{}?reviews={cursor}", drawer.address()));
    html! {
        section.reviews aria-labelledby="reviews" {
            h3 #reviews { "Reviews" }
            @if reviews.summary.count() > 0 { (chart(&reviews.summary)) } @else { p.muted { "Nobody has said anything yet." } }
            (own(drawer, view))
            ul.review-list data-more-into {
                @for review in reviews.page.items.iter().filter(|review| Some(&review.id) != drawer.own_review.as_ref().map(|own| &own.id)) {
                    li { (one(drawer, view, review)) }
                }
            }
            (parts::more(next.as_deref(), "More reviews"))
        }
    }
}

/// How many gave how many stars, as bars; the numbers stand beside them.
fn chart(summary: &RatingSummary) -> Markup {
    let most = summary.distribution.iter().copied().max().unwrap_or(0).max(1);
    html! {
        div.rating-chart {
            div.rating-mean {
                @if let Some(mean) = summary.average() { strong { (format!("{mean:.1}")) } (parts::star_bar(mean)) }
                span.muted { (parts::count(usize::try_from(summary.count()).unwrap_or(0), "review")) }
            }
            table {
                caption.visually-hidden { "Reviews by stars" }
                @for stars in (1_i64..=5).rev() {
                    @let number = summary.distribution.get(usize::try_from(stars - 1).unwrap_or(0)).copied().unwrap_or(0);
                    tr {
                        th scope="row" { (parts::count(usize::try_from(stars).unwrap_or(0), "star")) }
                        td { svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                            rect.bar-back width="100" height="8" rx="1" {} rect.bar-full width=(number * 100 / most) height="8" rx="1" {}
                        } }
                        td.number { (number) }
                    }
                }
            }
        }
    }
}

/// What whoever looks has said, or may say.
fn own(drawer: &Drawer, view: &View) -> Markup {
    if !view.may(Scope::Install) || drawer.is_own {
        return html! {};
    }
    let own = drawer.own_review.as_ref();
    if own.is_none() && drawer.installed.is_none() {
        return html! { p.muted.small { "Install it to say what you think of it." } };
    }
    if let Some(removed) = own.filter(|own| own.state == ReviewState::Removed) {
        return parts::notice(
            "warning",
            html! {
                p { strong { "A moderator took your review down" } @if let Some(decided) = &removed.decided { ": " (decided.reason) } }
            },
        );
    }
    let stars = own.map_or(0, |own| i64::from(own.rating));
    let address = drawer.address();
    html! {
        details.panel {
            summary { @if own.is_some() { "Your review: " (parts::count(usize::try_from(stars).unwrap_or(0), "star")) } @else { "Write a review" } }
            form.stack method="post" action={ (address) "/review" } data-act {
                (form::key(view))
                fieldset.star-choice { legend { "Stars" }
                    div.row { @for number in 1..=5_i64 {
                        label { input type="radio" name="rating" value=(number) required checked[number == stars]; (number) " ★" }
                    } }
                }
                (parts::field("review-title", "Title", "One line; may be left out.", html! {
                    input #review-title name="title" maxlength="100" aria-describedby="review-title-hint" value=(own.and_then(|own| own.title.as_deref()).unwrap_or_default());
                }))
                (parts::field("review-body", "Review", "What would help others to decide?", html! {
                    textarea #review-body name="body" rows="4" maxlength="5000" aria-describedby="review-body-hint" { (own.and_then(|own| own.body.as_deref()).unwrap_or_default()) }
                }))
                button.button.primary type="submit" { @if own.is_some() { "Change it" } @else { "Publish it" } }
            }
            @if own.is_some() {
                form method="post" action={ (address) "/review/remove" } data-act { (form::key(view)) button.button.quiet type="submit" { "Remove it" } }
            }
        }
    }
}

fn one(drawer: &Drawer, view: &View, review: &Review) -> Markup {
    let address = format!("{}/reviews/{}", drawer.address(), review.id);
    #[allow(clippy::cast_precision_loss, reason = "one to five")]
    let stars = i64::from(review.rating) as f64;
    html! {
        article.review {
            div.row { (parts::star_bar(stars)) span.visually-hidden { (stars) " of 5 stars" }
                @if let Some(title) = &review.title { strong { (title) } } }
            @if let Some(body) = &review.body { p.as-written { (body) } }
            p.muted.small { (review.tenant) " · " (parts::date(review.created_at)) " · for " (review.version) @if review.edited_at.is_some() { " · edited" } }
            @if let Some(reply) = &review.reply {
                blockquote { p.as-written { (reply.body) } p.muted.small { (reply.author) ", the author · " (parts::date(reply.created_at)) } }
            }
            div.row {
                @if view.may(Scope::Install) {
                    details.confirm { summary.quiet { "Report" }
                        form.panel.stack method="post" action={ (address) "/report" } data-act {
                            (form::key(view))
                            (parts::field(&format!("why-{}", review.id), "What is wrong with it?", "", html! {
                                textarea id={ "why-" (review.id) } name="reason" required maxlength="4000" rows="2" {}
                            }))
                            button.button type="submit" { "Send to the moderators" }
                        }
                    }
                }
                @if drawer.is_own && view.may(Scope::Publish) {
                    details.confirm { summary.quiet { @if review.reply.is_some() { "Change your reply" } @else { "Reply" } }
                        form.panel.stack method="post" action={ (address) "/reply" } data-act {
                            (form::key(view))
                            (parts::field(&format!("reply-{}", review.id), "Your reply", "Everybody reads it.", html! {
                                textarea id={ "reply-" (review.id) } name="body" required maxlength="5000" rows="3" aria-describedby={ "reply-" (review.id) "-hint" } {
                                    (review.reply.as_ref().map(|reply| reply.body.as_str()).unwrap_or_default())
                                }
                            }))
                            button.button type="submit" { "Publish" }
                        }
                    }
                }
            }
        }
    }
}
