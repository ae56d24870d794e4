// Brings the current tab into sight where a strip of tabs is wider than the screen.
function reveal() {
  for (const strip of document.querySelectorAll(".tabs")) {
    const tab = strip.querySelector("[aria-current]");
    if (tab) strip.scrollLeft = tab.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  }
}

reveal();
document.addEventListener("htmx:afterSettle", reveal);
addEventListener("resize", reveal);
