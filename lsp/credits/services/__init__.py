"""What a Pranata Humas does with their own record of credit points."""
