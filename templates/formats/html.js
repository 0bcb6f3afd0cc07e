{#- The script of a page in HTML: a quantity pointed at lights up wherever it stands. -#}
(() => {
  // Pointing at a quantity lights it up wherever it stands; a tap does, until the next one.
  const places = new Map();
  for (const symbol of document.querySelectorAll("[data-q]")) {
    const name = symbol.dataset.q ?? symbol.getAttribute("data-q");
    if (!places.has(name)) places.set(name, []);
    places.get(name).push(symbol);
  }
  let lit = null;
  const light = (name) => {
    if (name === lit) return;
    for (const symbol of places.get(lit) ?? []) symbol.classList.remove("lit");
    for (const symbol of places.get(name) ?? []) symbol.classList.add("lit");
    lit = name;
  };
  const named = (event) => event.target.closest?.("[data-q]")?.getAttribute("data-q") ?? null;
  document.addEventListener("pointerover", (event) => light(named(event)));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") light(null); });
  // A link to a step that is folded unfolds it; on paper nothing is folded.
  const unfold = () => {
    const step = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (step?.tagName === "DETAILS") step.open = true;
  };
  addEventListener("hashchange", unfold);
  addEventListener("beforeprint", () => { for (const step of document.querySelectorAll("details")) step.open = true; });
  unfold();
})();
