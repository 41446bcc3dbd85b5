"""The audit of what Tone Monitor is built on: known vulnerabilities and licences of the locked packages."""
