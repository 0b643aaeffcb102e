package dev.theca.evidence;

/**
 * Which collateral a quote needs.
 *
 * @param type SGX or TDX
 * @param fmspc 12 upper-case hex digits
 * @param ca {@code platform} or {@code processor}
 */
public record PlatformModel(EvidenceType type, String fmspc, String ca) {}
