/**
 * Values that must not be printed, kept or left behind. Exported to the rooms that may read
 * secrets, no others.
 */
package dev.theca.wire.secret;
