// At a keyboard a day can be typed: 2024-01-31, 31.1.2024, 31/12, +30, fri, tomorrow. Fingers keep the browser's own calendar.
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const SVG = "http://www.w3.org/2000/svg";
const DAY = 86400000;
const NEAR = { today: 0, tomorrow: 1, yesterday: -1 };
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const shifted = (from, days) => new Date(Date.parse(from) + days * DAY).toISOString().slice(0, 10);

// From which day a field counts: the one in the field that it names, else today.
function first(field) {
  const day = field.form?.elements[field.dataset.dayFrom]?.value ?? "";
  return /^\d{4}-\d\d-\d\d$/.test(day) ? day : meta("today");
}

function meant(typed, from) {
  const text = typed.trim().toLowerCase();
  if (/^[+-]\d{1,4}$/.test(text)) return shifted(from, Number(text));
  if (text in NEAR) return shifted(from, NEAR[text]);
  const weekday = text.length > 1 ? WEEKDAYS.findIndex((name) => name.startsWith(text)) : -1;
  if (weekday >= 0) return shifted(from, ((weekday - new Date(from).getUTCDay() + 6) % 7) + 1);
  const [, day, , month, year = from.slice(0, 4)] = /^(\d{1,2})([./])(\d{1,2})(?:\2(\d{4})?)?$/.exec(text) ?? [];
  return day ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : typed.trim();
}

function button() {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "day-pick", tabIndex: -1 });
  made.setAttribute("aria-label", meta("text-pick-day"));
  const drawing = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${meta("icons")}#calendar`);
  drawing.append(use);
  made.append(drawing);
  return made;
}

function upgrade(field) {
  const value = field.value;
  const isFocused = field === document.activeElement;
  field.type = "text";
  field.value = value;
  const box = Object.assign(document.createElement("span"), { className: "affixed" });
  const native = Object.assign(document.createElement("input"), { type: "date", className: "day-native", tabIndex: -1 });
  native.setAttribute("aria-hidden", "true");
  const pick = button();
  field.replaceWith(box);
  box.append(field, pick, native);
  if (isFocused) field.focus(); // what is moved loses it
  const settle = () => {
    if (field.value) field.value = meant(field.value, first(field));
  };
  field.addEventListener("change", settle);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle();
  });
  pick.addEventListener("click", () => {
    settle();
    native.value = field.value;
    native.showPicker();
  });
  native.addEventListener("change", () => {
    field.value = native.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

const all = (root) => root.querySelectorAll("input[data-day][type=date]").forEach(upgrade);
if (matchMedia("(pointer: fine)").matches) {
  all(document);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
}
