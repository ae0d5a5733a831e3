"""What tests from outside share: the server, telephones, waiting."""
