# Whoever is not the sample attester gets resources; the status is not looked at.
package policy

default allow = false

allow {
	data.plugin == "resource"
	not input.submods.cpu0["ear.veraison.annotated-evidence"].sample
}
