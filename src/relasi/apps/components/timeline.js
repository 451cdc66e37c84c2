export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  const go = link => setTriggerValue("open", { entity: link.entity, id: link.id })
  const list = make("ol", "")
  const choices = make("div", "choices")
  choices.setAttribute("role", "group")
  choices.setAttribute("aria-label", data.words.filter)
  for (const choice of data.choices) {
    const button = make("button", "", choice.label)
    button.type = "button"
    button.dataset.kind = choice.kind
    button.onclick = () => { root.dataset.kind = choice.kind; draw() }
    choices.append(button)
  }
  root.replaceChildren(...(data.choices.length > 2 ? [choices] : []), list)
  draw()

  function draw() {
    const wanted = data.choices.some(choice => choice.kind === root.dataset.kind) ? root.dataset.kind : "all"
    for (const button of choices.children) button.setAttribute("aria-pressed", button.dataset.kind === wanted)
    const shown = data.entries.filter(entry => wanted === "all" ? !entry.quiet : entry.kind === wanted)
    list.replaceChildren(...shown.map(item))
    if (!shown.length) list.append(make("p", "soft nothing", data.words.nothing))
  }

  function item(entry) {
    const what = make("div", "what", entry.link ? inner(entry.link, entry.title, go) : entry.title)
    if (entry.badge) what.append(badge(entry.badge))
    const when = make("time", "when soft", entry.when)
    when.title = entry.exactly
    const body = make("div", "", what, when)
    if (entry.text) body.append(make("div", "text", entry.text))
    if (entry.rest) body.append(folded(entry.rest))
    if (entry.changes?.length) body.append(make("ul", "changes", ...entry.changes.map(change)))
    if (entry.why) body.append(why(entry.why))
    return make("li", "", make("span", `mark ${entry.tone}`, icon(entry.icon)), body)
  }

  function change({ label, old, now }) {
    const line = make("li", "", make("span", "soft", `${label}: `))
    if (old) line.append(make("span", "old soft", old), " → ")
    line.append(make("span", "", now))
    return line
  }

  function why({ summary, says, tree, steps, open }) {
    const inside = make("div", "why")
    if (says) inside.append(make("p", "", says))
    if (tree) inside.append(make("ul", "", branch(tree)))
    if (steps?.length) inside.append(make("ul", "", ...steps.map(step =>
      make("li", step.good ? "yes" : "no", icon(step.good ? "check" : "close"), step.text))))
    const details = make("details", "", make("summary", "", summary), inside)
    details.open = open === true
    return details
  }

  function branch({ text, answer, good, children }) {
    const line = make("li", good === null ? "" : good ? "yes" : "no")
    if (good !== null) line.append(icon(good ? "check_circle" : "cancel"))
    line.append(text)
    if (answer) line.append(make("span", "soft", ` ${answer}`))
    if (children.length) line.append(make("ul", "", ...children.map(branch)))
    return line
  }
}
