// Search and filter of the turns. The page is complete without this script: the form is hidden until it runs.
addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".filter");
  if (!form) return;
  const turns = [...document.querySelectorAll("[data-cell]")];
  const folded = (text) => text.normalize("NFKD").toLowerCase();
  const texts = new Map(turns.map((turn) => [turn, folded(turn.textContent)]));
  const groups = [...document.querySelectorAll(".group, .all")];

  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const words = folded(wanted.text).split(/\s+/).filter(Boolean);
    const active = Boolean(words.length || wanted.cell || wanted.tag);
    for (const turn of turns) {
      turn.hidden = !(
        words.every((word) => texts.get(turn).includes(word)) &&
        (!wanted.cell || turn.dataset.cell === wanted.cell) &&
        (!wanted.tag || JSON.parse(turn.dataset.tags).includes(wanted.tag))
      );
    }
    for (const group of groups) {
      const shown = group.querySelectorAll("[data-cell]:not([hidden])").length;
      group.hidden = active && !shown;
      if (active && shown) group.open = true;
    }
    const shown = turns.filter((turn) => !turn.hidden).length;
    form.querySelector("output").value = active ? `${shown} of ${turns.length} turns` : "";
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // a link leads to its turn, also where the filter has hidden it
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#turn-']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (target && target.hidden) {
      form.reset();
      apply();
    }
  });
  apply(); // a browser that goes back keeps what was typed
});
