"""CloudWatch: logs, alarms and dashboards."""
