"""The arithmetic of assessment: states, guards, roll-up from criterion to scheme."""
