package dev.theca.evidence;

import dev.theca.wire.x509.PublicKeyInfo;
import java.util.Optional;

/**
 * The paravisor's report of an Azure confidential VM ("HCLA").
 *
 * @param hardware the 1184 bytes of the hardware's report
 * @param reportType 2 for SNP, 4 for TDX
 * @param variableData JSON that the hardware's report data covers
 * @param ak the virtual TPM's attestation key
 * @param userData of the VM, when it set any
 */
public record HclReport(
    byte[] hardware,
    int reportType,
    byte[] variableData,
    PublicKeyInfo.Rsa ak,
    Optional<byte[]> userData) {}
