export default function ({ data, parentElement, setTriggerValue }) {
  const go = link => {
    leaveSidebar()
    setTriggerValue("open", link)
  }
  const group = ({ label, rows }) => make("nav", "", make("h4", "", label), ...rows.map(row => {
    const link = inner({ ...row, href: `/${row.path}?${new URLSearchParams(row.query)}` }, row.title, () => go({ path: row.path, query: row.query }))
    link.prepend(icon(row.icon))
    link.title = `${row.title} · ${row.note}`
    return link
  }))
  parentElement.querySelector(".root").replaceChildren(...data.groups.map(group))
}
