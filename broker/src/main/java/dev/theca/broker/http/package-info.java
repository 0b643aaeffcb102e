/** The public listener: HTTP/1.1 and HTTP/2 with limits; the only package that knows the server. */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.http;
