"""What people see behind a link: requests, routes, pages."""
