export default function ({ data, parentElement, setTriggerValue }) {
  const go = link => {
    leaveSidebar()
    setTriggerValue("open", link)
  }
  const group = ({ label, rows }) => make("nav", "", make("h4", "", label), ...rows.map(row => {
    const href = `/${row.path}?${new URLSearchParams(row.query)}`
    const link = inner({ href }, "", () => go({ path: row.path, query: row.query }))
    link.append(icon(row.icon), make("span", "title", row.title))
    link.title = `${row.title} · ${row.note}`
    return link
  }))
  parentElement.querySelector(".root").replaceChildren(...data.groups.map(group))
}
