// What makes pages livelier. Every page works without it: whatever is done here by fetching a part of a page, a link or a
// form does by loading the whole one.
import "./visit.js";
import "./gallery.js";
import "./progress.js";
import "./proof.js";
import "./reach.js";

document.documentElement.classList.add("scripted");
