"""What people see of records: forms, tables, lists, boards, calendars and dashboards."""
