// A day that comes so many days after another one moves with it, until somebody types another. Without JavaScript the server does it.
const DAY = 86400000;

for (const field of document.querySelectorAll("[data-follows]")) {
  const source = field.form?.elements[field.dataset.follows];
  let isOwn = false;
  field.addEventListener("input", () => (isOwn = true));
  field.addEventListener("change", (event) => (isOwn ||= event.isTrusted));
  source?.addEventListener("change", () => {
    if (isOwn || !/^\d{4}-\d\d-\d\d$/.test(source.value)) return;
    const day = new Date(Date.parse(source.value) + Number(field.dataset.followsDays) * DAY);
    if (Number.isNaN(day.valueOf())) return;
    field.value = day.toISOString().slice(0, 10);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
