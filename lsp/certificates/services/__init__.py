"""What an LSP does with certificates: issue, draw, look up, suspend, withdraw."""
