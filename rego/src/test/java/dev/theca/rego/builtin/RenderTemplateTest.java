package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates are filled as Go fills them. */
class RenderTemplateTest {
  private static final String DATA =
      "{'n': 5, 'zero': 0, 'f': 1.50, 's': 'text', 'e': '', 't': true, 'no': false, 'nil': null,"
          + " 'xs': ['a', 'b', 'c'], 'none': [], 'o': {'k': 'v', 'j': [1, null]}, 'i': '<&>'}";

  private static String render(String template) throws BuiltinFault {
    Value result = Called.call("strings.render_template", Value.of(template), Written.value(DATA));
    return ((TextValue) result).text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          plain; plain
          {{.s}}-{{.n}}-{{.f}}-{{.t}}; text-5-1.50-true
          {{.nil}}; <undefined>
          {{.o.k}}{{$.o.k}}; vv
          {{.o}} {{.xs}}; map[j:[1 <nil>] k:v] [a b c]
          {{range .xs}}<{{.}}>{{end}}; <a><b><c>
          {{range $i, $x := .xs}}{{if $i}}, {{end}}{{$i}}={{$x}}{{end}}; 0=a, 1=b, 2=c
          {{range $x := .xs}}{{$x}}{{$.n}}{{end}}; a5b5c5
          {{range $k, $v := .o}}{{$k}}:{{$v}} {{end}}|; `j:[1 <nil>] k:v |`
          {{range .none}}x{{else}}empty{{end}}; empty
          {{range .nil}}x{{else}}empty{{end}}; empty
          {{range 3}}{{.}}{{end}}; 012
          {{range .xs}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}; ac
          {{range .xs}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}; a
          {{if .e}}y{{else}}n{{end}}{{if .s}}y{{end}}{{if .none}}y{{end}}{{if .no}}y{{end}}; ny
          {{if .zero}}numbers are texts that are not empty{{end}}; numbers are texts that are not empty
          {{if .e}}1{{else if .no}}2{{else if .t}}3{{else}}4{{end}}; 3
          {{with .o}}{{.k}}{{end}}{{with .e}}x{{else}}-{{.s}}{{end}}; v-text
          {{with .e}}x{{else with .s}}{{.}}{{end}}; text
          {{with $y := .o.k}}{{$y}}{{.}}{{end}}; vv
          {{$v := .s}}{{$v = "new"}}{{$v}}; new
          {{$v := 1}}{{if .t}}{{$v = 2}}{{end}}{{$v}}; 2
          {{"a" | printf "%s-%d" .s 3}}; text-3%!(EXTRA string=a)
          {{.s | printf "%q"}} {{printf "%5.1f|%v" 2.25 .n}}; `"text"   2.2|5`
          {{printf "%d" .n}} {{printf "%d" (len .xs)}}; %!d(json.Number=5) 3
          {{len .s}} {{len .xs}} {{len .o}} {{.s | len}}; 4 3 2 4
          {{index .xs 1}} {{index .o "j" 0}} {{index .o "zz"}}; b 1 <undefined>
          {{slice .xs 1 2}} {{slice .s 1}}; [b] ext
          {{eq .s "text"}} {{eq .s "x" "text"}} {{ne .s "a"}} {{eq 1 1}} {{eq nil .nil}}; true true true true true
          {{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1.5 2.5}} {{lt .n .f}}; true true true false false
          {{eq .n.Int64 5}} {{gt .f.Float64 1.0}} {{.n.String}}; true true 5
          {{and .t .s}} {{and .e .missing}}| {{or .s .missing}} {{or .e .no}} {{not .e}}; text | text false true
          {{(index .xs 0)}} {{(.o).k}} {{print (.s) 1 2 .n}}; a v text1 25
          {{println .s 1}}|; `text 1\n|`
          {{html .i}} {{urlquery "a b&é"}}; `&lt;&amp;&gt; a+b%26%C3%A9`
          a {{- .s -}} b; atextb
          a {{- /* a note */ -}} b{{/* another */}}; ab
          {{- .s}} {{.s -}}; text text
          {{3}}{{-3}}{{'a'}}{{0x10}}{{1e3}}{{true}}{{"\\u00e9\\n"}}; `3-397161000trueé\n`
          {{ range  .xs }}{{ . }}{{ end }}; abc
          {{define "one"}}[{{.}}]{{end}}{{template "one" .s}}{{template "one"}}; [text][<undefined>]
          {{block "b" .o}}{{.k}}{{end}}; v
          {{.missing}} {{.missing.x.y}} {{.o.missing}} {{.nil}}; <undefined> <undefined> <undefined> <undefined>
          {{(.nil).x}} {{with $n := .o}}{{$n.x.y}}{{end}}; <undefined> <undefined>
          {{if .missing.x}}a{{else}}b{{end}} {{or .missing.x "c"}} {{range .missing}}d{{end}}; `b c `
          {{print .missing}} <no value>; <nil> <undefined>
          }} {{"{{"}}; }} {{
          """)
  void templates_are_filled(String template, String expected) throws BuiltinFault {
    assertThat(render(template)).isEqualTo(expected.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          {{.s.x}}; can't evaluate field x in type string
          {{.nil.x}}; template: template:1:2: executing "template" at <.nil.x>: nil pointer evaluating interface {}.x
          {{.s 1}}; s is not a method but has arguments
          {{$x}}; undefined variable "$x"
          {{if .t}}; unexpected EOF
          {{end}}; unexpected {{end}}
          {{else}}; unexpected {{else}}
          {{if .t}}a{{else}}b{{else}}c{{end}}; expected end; found {{else}}
          {{if}}x{{end}}; missing value for if
          {{}}; missing value for command
          {{.s; unclosed action
          {{"a}}; unterminated quoted string
          {{'ab'}}; bad number syntax
          {{"\\q"}}; invalid syntax
          {{nofunction 1}}; function "nofunction" not defined
          {{.s | "x"}}; non executable command in pipeline stage 2
          {{(.s}}; unexpected <}}> in parenthesized pipeline
          {{.s)}}; unexpected <)> in command
          {{/* open; unclosed comment
          {{/* x */ .s}}; comment ends before closing delimiter
          {{break}}; {{break}} outside {{range}}
          {{nil}}; nil is not a command
          {{eq .n 5}}; error calling eq: incompatible types for comparison
          {{lt .t .t}}; error calling lt: invalid type for comparison
          {{eq .xs .xs}}; error calling eq: non-comparable type []interface {}
          {{index .xs 3}}; error calling index: index out of range: 3
          {{index .xs -1}}; error calling index: index out of range: -1
          {{index .xs .n}}; cannot index slice/array with type json.Number
          {{len .t}}; len of type bool
          {{ne 1}}; wrong number of args for ne: want 2 got 1
          {{printf 1}}; wrong type for value; expected string; got int
          {{range .s}}{{end}}; range can't iterate over text
          {{template "none"}}; template "none" not defined
          {{define "r"}}{{template "r"}}{{end}}{{template "r"}}; exceeded maximum template depth
          {{slice .s 3 2}}; invalid slice index: 3 > 2
          {{slice .s 9}}; index out of range: 9
          """)
  void mistakes_are_faults_and_say_so(String template, String message) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOf(BuiltinFault.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          {'x': {1, 2}}; invalid character '1' looking for beginning of object key string
          {'x': {'a'}}; invalid character '}' after object key
          {'x': set()}; invalid character 's' looking for beginning of value
          {1: 2}; invalid character '1' looking for beginning of object key string
          """)
  void what_json_cannot_hold_is_no_data_for_a_template(String data, String message) {
    assertThat(Called.shown("strings.render_template", Value.of(""), Written.value(data)))
        .isEqualTo("fault: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{range 100000}}{{range 100000}}x{{end}}{{end}}",
        "{{range 9000000000000000000}}{{end}}",
        "{{printf \"%9999999d%9999999d\" 1 1}}"
      })
  void templates_that_grow_beyond_the_limits_end_the_evaluation(String template) {
    assertThatThrownBy(() -> render(template)).isInstanceOf(Called.Exhausted.class);
  }

  @Test
  void templates_nested_too_deep_are_faults() {
    assertThatThrownBy(() -> render("{{if .t}}".repeat(5000)))
        .isInstanceOf(BuiltinFault.class)
        .hasMessageContaining("nested deeper");
    assertThatThrownBy(() -> render("{{" + "(".repeat(50_000) + "}}"))
        .isInstanceOf(BuiltinFault.class);
    assertThatThrownBy(() -> render("{{if .e}}" + "{{else if .e}}".repeat(5000)))
        .isInstanceOf(BuiltinFault.class);
  }
}
