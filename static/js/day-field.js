// At a keyboard a day can be typed as kernel/days.py reads it, the day first: 31/12/2025, 31.12.25, 31 Dec, +30, fri.
// When the field is left it shows the day in words, which the server understands too; what is no day stays as typed.
// Fingers keep the browser's own calendar.
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const SVG = "http://www.w3.org/2000/svg";
const DAY = 86400000;
const NEAR = { today: 0, tomorrow: 1, yesterday: -1 };
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = [
  ["january", "januari"],
  ["february", "februari"],
  ["march", "mac"],
  ["april"],
  ["may", "mei"],
  ["june"],
  ["july", "julai"],
  ["august", "ogos"],
  ["september"],
  ["october", "oktober"],
  ["november"],
  ["december", "disember"],
];
const YEAR = "(?:[ .,-]{1,2}(\\d{4}|\\d{2}))?";
const WEEKDAY = "(?:([a-z]{2,9})[.,]? )?";
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const CHINESE = /^(\d{4})年(\d{1,2})月(\d{1,2})日$/;
const DAY_FIRST = /^(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2})?)?$/;
const DAY_AND_NAME = new RegExp(`^${WEEKDAY}(\\d{1,2})(?:st|nd|rd|th)?[ .-]{0,2}([a-z]{3,9})${YEAR}$`);
const NAME_AND_DAY = new RegExp(`^${WEEKDAY}([a-z]{3,9})[ .-]{0,2}(\\d{1,2})(?:st|nd|rd|th)?${YEAR}$`);
const EARLIEST_YEAR = 1900;

const iso = (moment) => (Number.isNaN(moment.getTime()) ? "" : moment.toISOString().slice(0, 10));
const shifted = (from, days) => iso(new Date(Date.parse(from) + days * DAY));
const weekdayOf = (day) => new Date(day).getUTCDay();
const weekdayCalled = (text) => (text.length > 1 ? WEEKDAYS.findIndex((name) => name.startsWith(text)) : -1);
const capital = (name) => name[0].toUpperCase() + name.slice(1, 3);

// A day of the calendar; "" for others, such as 30 February.
function dated(year, month, day) {
  const text = [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
  return month >= 1 && month <= 12 && day >= 1 && year >= 1 && iso(new Date(`${text}T00:00Z`)) === text ? text : "";
}

function yearOf(text, today) {
  if (text?.length === 2) return 2000 + Number(text);
  const year = Number(text || today.slice(0, 4));
  return year < EARLIEST_YEAR ? 0 : year;
}

function named(weekday, day, name, year, today) {
  const month = MONTHS.findIndex((names) => names.some((one) => one.startsWith(name))) + 1;
  const meant = dated(yearOf(year, today), month, Number(day));
  return meant && (weekday === undefined || weekdayCalled(weekday) === weekdayOf(meant)) ? meant : "";
}

// The day that somebody typed, as ISO; "" for what is no day or has the month first.
export function readDay(typed, today) {
  const text = typed.trim().replace(/\s+/g, " ").toLowerCase();
  if (/^[+-]\d{1,4}$/.test(text)) return shifted(today, Number(text));
  if (Object.hasOwn(NEAR, text)) return shifted(today, NEAR[text]);
  const weekday = weekdayCalled(text);
  if (weekday >= 0) return shifted(today, ((weekday - weekdayOf(today) + 6) % 7) + 1);
  let found = ISO.exec(text) ?? CHINESE.exec(text);
  if (found) return dated(Number(found[1]), Number(found[2]), Number(found[3]));
  found = DAY_FIRST.exec(text);
  if (found) return dated(yearOf(found[4], today), Number(found[3]), Number(found[1]));
  found = DAY_AND_NAME.exec(text);
  if (found) return named(found[1], found[2], found[3], found[4], today);
  found = NAME_AND_DAY.exec(text);
  return found ? named(found[1], found[3], found[2], found[4], today) : "";
}

// `3 Apr 2026`, as days are shown elsewhere.
export function dayInWords(day) {
  const [year, month, number] = day.split("-");
  return `${Number(number)} ${capital(MONTHS[Number(month) - 1][0])} ${year}`;
}

// From which day a field counts: the one in the field that it names, else today.
function first(field) {
  const from = field.form?.elements[field.dataset.dayFrom];
  return (from && readDay(from.value, meta("today"))) || meta("today");
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
  field.dataset.day = "typed";
  field.type = "text";
  field.value = value;
  const box = Object.assign(document.createElement("span"), { className: "affixed day-field" });
  const native = Object.assign(document.createElement("input"), {
    type: "date",
    className: "day-native",
    tabIndex: -1,
  });
  native.setAttribute("aria-hidden", "true");
  const pick = button();
  const weekday = Object.assign(document.createElement("span"), { className: "day-weekday" });
  weekday.setAttribute("aria-live", "polite");
  field.replaceWith(box);
  box.append(field, weekday, pick, native);
  if (isFocused) field.focus(); // what is moved loses it
  const settle = () => {
    const day = field.value && readDay(field.value, first(field));
    if (day) field.value = dayInWords(day);
    weekday.textContent = day ? capital(WEEKDAYS[weekdayOf(day)]) : "";
    return day;
  };
  settle();
  field.addEventListener("input", () => {
    weekday.textContent = "";
  });
  field.addEventListener("change", settle);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle();
  });
  pick.addEventListener("click", () => {
    native.value = settle();
    native.showPicker();
  });
  native.addEventListener("change", () => {
    field.value = native.value;
    settle();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    settle();
    field.focus();
  });
}

const all = (root) => root.querySelectorAll('input[data-day=""]').forEach(upgrade);
if (globalThis.document && matchMedia("(pointer: fine)").matches) {
  all(document);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
}
