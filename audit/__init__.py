"""The audit of Tone Monitor's dependencies: known vulnerabilities and licences of the locked packages."""
