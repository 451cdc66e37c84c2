"""Who may do what with which records: `rights` is what there is to know, `granted` puts it together, and
`answers` and `reach` tell it to people."""
