// Figures: one large number, or groups as rows with a bar each. Whatever is counted opens as a list.
export default function ({ data, parentElement, setTriggerValue }) {
  const go = link => setTriggerValue("open", link)
  const linked = (link, text, className) => {
    const element = link ? inner(link, text, go) : make("span", "", text)
    if (className) element.classList.add(className)
    return element
  }

  function number({ text, link, note, change, reached }) {
    const parts = [linked(link, text, "number")]
    if (change) parts.push(make("span", `change ${change.color}`, icon(change.icon), change.text))
    if (note) parts.push(make("div", "soft", note))
    if (reached !== null) {
      const bar = make("div", "goal", make("span", ""))
      bar.firstChild.style.width = `${Math.min(reached, 1) * 100}%`
      parts.push(bar)
    }
    return make("div", "", ...parts)
  }

  function row({ label, color, cells, part, is_total }) {
    const bar = make("span", `bar ${color ?? ""}`)
    bar.style.width = `${Math.max(part, 0) * 100}%`
    const head = make("th", "", make("span", "", label))
    head.scope = "row"
    if (data.bars) head.append(make("span", "track", bar))
    const drawn = cells.map(({ text, link, heat }) => {
      const cell = make("td", heat ? "heat" : "", linked(link, text))
      if (heat) cell.style.setProperty("--heat", heat)
      return cell
    })
    return make("tr", is_total ? "total" : "", head, ...drawn)
  }

  function rows() {
    const heads = data.heads.map(text => {
      const head = make("th", "", text)
      head.scope = "col"
      return head
    })
    const table = make("table", data.bars ? "bars" : heads.length > 2 ? "several" : "",
      make("thead", data.bars && heads.length < 3 ? "hidden-text" : "", make("tr", "", ...heads)),
      make("tbody", "", ...data.rows.map(row)))
    table.setAttribute("aria-label", data.label)
    table.style.setProperty("--figures", heads.length - 1)
    return make("div", "", table)
  }

  const root = parentElement.querySelector(".root")
  root.replaceChildren(data.number ? number(data.number) : rows())
}
