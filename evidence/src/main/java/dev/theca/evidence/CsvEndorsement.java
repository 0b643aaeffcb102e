package dev.theca.evidence;

import java.util.Optional;

/**
 * What Hygon says about a chip, as its service sends it: HSK (832 bytes) and CEK (2084 bytes), one
 * after the other.
 *
 * @param hrk the root certificate, 832 bytes; empty takes the one that this library carries. It is
 *     trusted by the hash of its bytes only.
 */
public record CsvEndorsement(byte[] hskCek, Optional<byte[]> hrk) implements Collateral {}
