"""Commands and components: parse, check, call a service, reply."""
