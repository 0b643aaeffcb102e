# What Theca thinks of a CPU's evidence when nobody has said otherwise: the trustworthiness vector
# of draft-ietf-rats-ar4si, section 2.3. 2 to 31 affirm, 32 to 95 warn, 96 and more contraindicate.
#
# The evidence is genuine, not revoked, and bound to its session when this runs. What is left to
# say is whether it is what the owner expects. All that is not named by a reference value stays at
# the defaults below, which no release policy should accept.
#
# Reference values are lists; a number may be written as a number or as a string.
#   simulated_roots            names of simulated trust roots (sim:...) that count as hardware
#   sgx_mr_enclave             measurements; or, all three together:
#   sgx_mr_signer, sgx_isv_prod_id, sgx_min_isv_svn
#   sgx_allowed_advisories     advisories that the enclaves have dealt with
#   sgx_platforms              platform instance ids; others are then not recognised
#   mr_td, rtmr_1, rtmr_2, xfam, tdvfkernel, tdvfkernelparams, tdx_allowed_advisories,
#   tdx_mr_servicetd
#   snp_launch_measurement, snp_bootloader, snp_microcode, snp_snp_svn, snp_tee_svn,
#   snp_smt_enabled, snp_tsme_enabled, snp_guest_abi_major, snp_guest_abi_minor,
#   snp_single_socket, snp_smt_allowed, snp_chip_id
#   measurement, snp_pcr11, tcb_bootloader, tcb_microcode, tcb_snp, tcb_tee, smt_enabled,
#   tsme_enabled, abi_major, abi_minor, single_socket, smt_allowed           (az-snp-vtpm)
#   tdx_pcr11                                                                (az-tdx-vtpm)
#   tpm_pcr11, trusted_aks, cca_realm_initial_measurement, csv_measure, se_tag
package policy

import rego.v1

trust_claims := {
	"instance-identity": instance_identity,
	"configuration": configuration,
	"executables": executables,
	"file-system": 0,
	"hardware": hardware,
	"runtime-opaque": 0,
	"storage-opaque": 0,
	"sourced-data": 0,
}

# No claim, unless platforms are named.
default instance_identity := 0

# Unavailable to the verifier.
default configuration := 36

# Unrecognised.
default executables := 33

# Unrecognised.
default hardware := 97

# --- Reference values ------------------------------------------------------------------------

# A reference value as a set of texts; empty where there is none.
expected(name) := {text(value) | some value in listed(query_reference_value(name))}

listed(value) := value if is_array(value)

listed(value) := [value] if {
	not is_array(value)
	not is_null(value)
}

listed(value) := [] if is_null(value)

text(value) := lower(value) if is_string(value)

text(value) := sprintf("%v", [value]) if not is_string(value)

# The smallest number of a reference value.
least(name) := min({to_number(value) | some value in expected(name)})

# --- Numbers within hex texts, in memory order -----------------------------------------------

digit(hex, place) := indexof("0123456789abcdef", substring(hex, place, 1))

octet(hex, place) := (16 * digit(hex, 2 * place)) + digit(hex, (2 * place) + 1)

number16(hex) := octet(hex, 0) + (256 * octet(hex, 1))

# --- Roots -----------------------------------------------------------------------------------

# A vendor's root vouches, or a simulated one that a reference value names.
root_trusted(tee) if not tee.simulated

root_trusted(tee) if {
	tee.simulated
	tee.trust_root in expected("simulated_roots")
}

# --- Intel SGX -------------------------------------------------------------------------------

executables := 3 if {
	input.sgx
	input.sgx.body.mr_enclave in expected("sgx_mr_enclave")
}

executables := 3 if {
	input.sgx
	input.sgx.body.mr_signer in expected("sgx_mr_signer")
	text(number16(input.sgx.body.isv_prod_id)) in expected("sgx_isv_prod_id")
	number16(input.sgx.body.isv_svn) >= least("sgx_min_isv_svn")
}

hardware := 2 if {
	input.sgx
	root_trusted(input.sgx)
	intel_tcb(input.sgx, "sgx_allowed_advisories")
	input.sgx.collateral_expiration_status == "0"
}

hardware := 32 if {
	input.sgx
	root_trusted(input.sgx)
	input.sgx.tcb_status in fixable
	not intel_tcb(input.sgx, "sgx_allowed_advisories")
}

hardware := 96 if {
	input.sgx
	root_trusted(input.sgx)
	input.sgx.tcb_status in outdated
}

# SECS.ATTRIBUTES (Intel SDM, volume 3D, section 37.7.1): DEBUG, and the keys that only Intel's own
# enclaves need.
configuration := 2 if {
	bits.and(octet(input.sgx.body["attributes.flags"], 0), 2) == 0
	bits.and(octet(input.sgx.body["attributes.flags"], 0), 48) == 0
	input.sgx.body.misc_select == "00000000"
}

configuration := 96 if bits.and(octet(input.sgx.body["attributes.flags"], 0), 2) != 0

instance_identity := 2 if {
	input.sgx
	input.sgx.platform_instance_id in expected("sgx_platforms")
}

instance_identity := 97 if {
	input.sgx
	count(expected("sgx_platforms")) > 0
	not input.sgx.platform_instance_id in expected("sgx_platforms")
}

# --- Intel's TCB -----------------------------------------------------------------------------

# Up to date, but for what the workload or the machine's settings must do.
fixable := {
	"SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded",
	"TDRelaunchAdvised", "TDRelaunchAdvisedConfigurationNeeded",
}

outdated := {"OutOfDate", "OutOfDateConfigurationNeeded"}

intel_tcb(tee, _) if tee.tcb_status == "UpToDate"

intel_tcb(tee, advisories) if {
	tee.tcb_status in {
		"SWHardeningNeeded", "ConfigurationNeeded",
		"ConfigurationAndSWHardeningNeeded",
	}
	count(tee.advisory_ids) > 0
	every id in tee.advisory_ids {
		lower(id) in expected(advisories)
	}
}

# --- Intel TDX -------------------------------------------------------------------------------

tdx_registers if {
	input.tdx
	input.tdx.quote.body.rtmr_1 in expected("rtmr_1")
	input.tdx.quote.body.rtmr_2 in expected("rtmr_2")
}

# The kernel and its command line, one by one, as the event log has them.
tdx_kernel if {
	some event in input.tdx.uefi_event_logs
	event.type_name == "EV_EFI_BOOT_SERVICES_APPLICATION"
	"File(kernel)" in event.details.device_paths
	some measured in event.digests
	lower(measured.digest) in expected("tdvfkernel")
}

tdx_command_line if {
	some event in input.tdx.uefi_event_logs
	event.type_name == "EV_EVENT_TAG"
	event.details.string == "LOADED_IMAGE::LoadOptions"
	some measured in event.digests
	lower(measured.digest) in expected("tdvfkernelparams")
}

executables := 3 if {
	input.tdx
	tdx_registers
	tdx_kernel
	tdx_command_line
}

executables := 4 if {
	input.tdx
	tdx_registers
	not tdx_kernel
}

executables := 4 if {
	input.tdx
	tdx_registers
	tdx_kernel
	not tdx_command_line
}

hardware := 2 if {
	input.tdx
	root_trusted(input.tdx)
	input.tdx.quote.header.tee_type == "81000000"
	input.tdx.quote.header.vendor_id == "939a7233f79c4ca9940a0db3957f0607"
	input.tdx.quote.body.mr_td in expected("mr_td")
	intel_tcb(input.tdx, "tdx_allowed_advisories")
	input.tdx.collateral_expiration_status == "0"
}

hardware := 32 if {
	input.tdx
	root_trusted(input.tdx)
	input.tdx.quote.body.mr_td in expected("mr_td")
	input.tdx.tcb_status in fixable
	not intel_tcb(input.tdx, "tdx_allowed_advisories")
}

hardware := 96 if {
	input.tdx
	root_trusted(input.tdx)
	input.tdx.tcb_status in outdated
}

# A bound service TD may change the TD that it serves.
tdx_unserved(body) if not body.mr_servicetd

tdx_unserved(body) if trim(body.mr_servicetd, "0") == ""

tdx_unserved(body) if body.mr_servicetd in expected("tdx_mr_servicetd")

configuration := 2 if {
	input.tdx.td_attributes.debug == false
	input.tdx.td_attributes.septve_disable == true
	not tdx_migratable(input.tdx)
	tdx_unserved(input.tdx.quote.body)
	input.tdx.quote.body.xfam in expected("xfam")
}

configuration := 96 if input.tdx.td_attributes.debug == true

# ATTRIBUTES.MIGRATABLE, bit 29.
tdx_migratable(tee) if bits.and(octet(tee.quote.body.td_attributes, 3), 32) != 0

# --- AMD SEV-SNP -----------------------------------------------------------------------------

executables := 3 if {
	input.snp
	input.snp.measurement in expected("snp_launch_measurement")
}

hardware := 2 if {
	input.snp
	root_trusted(input.snp)
	text(input.snp.reported_tcb_bootloader) in expected("snp_bootloader")
	text(input.snp.reported_tcb_microcode) in expected("snp_microcode")
	text(input.snp.reported_tcb_snp) in expected("snp_snp_svn")
	text(input.snp.reported_tcb_tee) in expected("snp_tee_svn")
}

snp_closed(tee) if {
	tee.policy_debug_allowed == false
	tee.policy_migrate_ma == false
}

snp_settings if {
	text(input.snp.platform_smt_enabled) in expected("snp_smt_enabled")
	text(input.snp.platform_tsme_enabled) in expected("snp_tsme_enabled")
	text(input.snp.policy_abi_major) in expected("snp_guest_abi_major")
	text(input.snp.policy_abi_minor) in expected("snp_guest_abi_minor")
	text(input.snp.policy_single_socket) in expected("snp_single_socket")
	text(input.snp.policy_smt_allowed) in expected("snp_smt_allowed")
}

configuration := 2 if {
	snp_closed(input.snp)
	snp_settings
}

configuration := 3 if {
	snp_closed(input.snp)
	not snp_settings
}

configuration := 96 if input.snp.policy_debug_allowed == true

instance_identity := 2 if {
	input.snp
	input.snp.chip_id in expected("snp_chip_id")
}

instance_identity := 97 if {
	input.snp
	count(expected("snp_chip_id")) > 0
	not input.snp.chip_id in expected("snp_chip_id")
}

# --- SEV-SNP behind Azure's vTPM -------------------------------------------------------------

executables := 3 if {
	input["az-snp-vtpm"]
	input["az-snp-vtpm"].measurement in expected("measurement")
	input["az-snp-vtpm"].tpm.pcr11 in expected("snp_pcr11")
}

hardware := 2 if {
	input["az-snp-vtpm"]
	root_trusted(input["az-snp-vtpm"])
	text(input["az-snp-vtpm"].reported_tcb_bootloader) in expected("tcb_bootloader")
	text(input["az-snp-vtpm"].reported_tcb_microcode) in expected("tcb_microcode")
	text(input["az-snp-vtpm"].reported_tcb_snp) in expected("tcb_snp")
	text(input["az-snp-vtpm"].reported_tcb_tee) in expected("tcb_tee")
}

configuration := 2 if {
	snp_closed(input["az-snp-vtpm"])
	text(input["az-snp-vtpm"].platform_smt_enabled) in expected("smt_enabled")
	text(input["az-snp-vtpm"].platform_tsme_enabled) in expected("tsme_enabled")
	text(input["az-snp-vtpm"].policy_abi_major) in expected("abi_major")
	text(input["az-snp-vtpm"].policy_abi_minor) in expected("abi_minor")
	text(input["az-snp-vtpm"].policy_single_socket) in expected("single_socket")
	text(input["az-snp-vtpm"].policy_smt_allowed) in expected("smt_allowed")
}

configuration := 96 if input["az-snp-vtpm"].policy_debug_allowed == true

# --- TDX behind Azure's vTPM -----------------------------------------------------------------

executables := 3 if {
	input["az-tdx-vtpm"]
	input["az-tdx-vtpm"].tpm.pcr11 in expected("tdx_pcr11")
}

hardware := 2 if {
	input["az-tdx-vtpm"]
	root_trusted(input["az-tdx-vtpm"])
	input["az-tdx-vtpm"].quote.header.tee_type == "81000000"
	input["az-tdx-vtpm"].quote.header.vendor_id == "939a7233f79c4ca9940a0db3957f0607"
	input["az-tdx-vtpm"].quote.body.mr_td in expected("mr_td")
	intel_tcb(input["az-tdx-vtpm"], "tdx_allowed_advisories")
	input["az-tdx-vtpm"].collateral_expiration_status == "0"
}

hardware := 32 if {
	input["az-tdx-vtpm"]
	root_trusted(input["az-tdx-vtpm"])
	input["az-tdx-vtpm"].quote.body.mr_td in expected("mr_td")
	input["az-tdx-vtpm"].tcb_status in fixable
	not intel_tcb(input["az-tdx-vtpm"], "tdx_allowed_advisories")
}

hardware := 96 if {
	input["az-tdx-vtpm"]
	root_trusted(input["az-tdx-vtpm"])
	input["az-tdx-vtpm"].tcb_status in outdated
}

configuration := 2 if {
	input["az-tdx-vtpm"].td_attributes.debug == false
	input["az-tdx-vtpm"].td_attributes.septve_disable == true
	not tdx_migratable(input["az-tdx-vtpm"])
	tdx_unserved(input["az-tdx-vtpm"].quote.body)
	input["az-tdx-vtpm"].quote.body.xfam in expected("xfam")
}

configuration := 96 if input["az-tdx-vtpm"].td_attributes.debug == true

# --- TPM 2.0 ---------------------------------------------------------------------------------

# Whoever has a key can sign a quote: it means something under an enrolled key only, which the
# verifier's anchors or a reference value name.
tpm_enrolled if {
	input.tpm
	not "policy-anchor" in input.tpm.findings
}

tpm_enrolled if {
	input.tpm
	input.tpm.ak_public in query_reference_value("trusted_aks")
}

executables := 3 if {
	input.tpm
	tpm_enrolled
	input.tpm.pcr11 in expected("tpm_pcr11")
}

hardware := 2 if {
	input.tpm
	tpm_enrolled
}

# A TPM says nothing of how the machine around it is set up.
configuration := 0 if input.tpm

# --- Arm CCA ---------------------------------------------------------------------------------

executables := 3 if {
	input.cca
	measured := input.cca.realm.cca_realm_initial_measurement
	measured in query_reference_value("cca_realm_initial_measurement")
}

# The platform's key is enrolled, and all of its firmware is known to the verifier.
hardware := 2 if {
	input.cca
	root_trusted(input.cca)
	not "policy-reference" in input.cca.findings
}

# Lifecycle 0x3000 to 0x30ff: secured (Arm CCA attestation token, section on the platform).
configuration := 2 if {
	input.cca.platform.cca_platform_lifecycle >= 12288
	input.cca.platform.cca_platform_lifecycle <= 12543
}

configuration := 96 if input.cca.platform.cca_platform_lifecycle < 12288

configuration := 96 if input.cca.platform.cca_platform_lifecycle > 12543

# --- Hygon CSV -------------------------------------------------------------------------------

executables := 3 if {
	input.csv
	input.csv.measure in expected("csv_measure")
}

hardware := 2 if {
	input.csv
	root_trusted(input.csv)
}

configuration := 2 if {
	input.csv.policy.nodbg == 1
	input.csv.policy.noks == 1
	input.csv.policy.es == 1
}

configuration := 96 if input.csv.policy.nodbg == 0

# --- IBM Secure Execution --------------------------------------------------------------------

# The images that the verifier's configuration or a reference value names.
se_image if {
	input.se
	not "policy-reference" in input.se.findings
}

se_image if {
	input.se
	input.se.tag in expected("se_tag")
}

executables := 3 if {
	input.se
	se_image
}

# The keys of the hosts are the configured ones, or there is no evidence.
hardware := 2 if {
	input.se
	root_trusted(input.se)
}

# An image carries its settings in its encrypted and measured header.
configuration := 2 if {
	input.se
	se_image
}

# --- What else the token says ----------------------------------------------------------------

# Images and users that the agent's policy in the init data allows.
extensions := [{
	"name": "ear.trustee.identifiers",
	"key": -18,
	"value": {"validated": object.union(images, users)},
}]

containers := object.get(input, ["init_data_claims", "agent_policy_claims", "containers"], [])

image_names := [name |
	some container in containers
	name := container.OCI.Annotations["io.kubernetes.cri.image-name"]
]

user_ids := [uid |
	some container in containers
	uid := container.OCI.Process.User.UID
]

default images := {}

images := {"container_images": image_names} if count(image_names) > 0

default users := {}

users := {"container_uids": user_ids} if count(user_ids) > 0
