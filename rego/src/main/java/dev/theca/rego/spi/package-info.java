/**
 * What a host gives the language: functions of its own, and engines that this room does not carry.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.spi;
