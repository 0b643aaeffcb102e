package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Base 64, base 16, query strings and JSON texts. */
class EncodingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          base64.encode | 'hi?>' | 'aGk/Pg=='
          base64.encode | '' | ''
          base64.decode | 'aGk/Pg==' | 'hi?>'
          base64.decode | 'aGk/\\nPg=\\r=\\n' | 'hi?>'
          base64.decode | 'aGk/Pg' | fault: illegal base64 data
          base64.decode | 'aGk/Pg=' | fault: illegal base64 data
          base64.decode | 'aGk/Pg===' | fault: illegal base64 data at input byte 8
          base64.decode | 'aGk_Pg==' | fault: illegal base64 data at input byte 3
          base64.decode | 'A' | fault: illegal base64 data
          base64.decode | 'QR==' | 'A'
          base64.is_valid | 'aGk=' | true
          base64.is_valid | 'aGk' | false
          base64.is_valid | 1 | false
          base64url.encode | 'hi?>' | 'aGk_Pg=='
          base64url.encode_no_pad | 'hi?>' | 'aGk_Pg'
          base64url.decode | 'aGk_Pg' | 'hi?>'
          base64url.decode | 'aGk_Pg==' | 'hi?>'
          base64url.decode | 'aGk_P' | fault: illegal base64url string: aGk_P
          base64url.decode | 'aGk/Pg' | fault: illegal base64
          hex.encode | 'kÿ' | '6bc3bf'
          hex.decode | '6Bc3bf' | 'kÿ'
          hex.decode | '6' | fault: odd length
          hex.decode | '6g' | fault: invalid byte: U+0067 'g'
          urlquery.encode | 'a b&c=d/é~-_.' | 'a+b%26c%3Dd%2F%C3%A9~-_.'
          urlquery.decode | 'a+b%26c%3dd' | 'a b&c=d'
          urlquery.decode | '%C3%A9' | 'é'
          urlquery.decode | 'a%2' | fault: invalid URL escape "%2"
          urlquery.decode | 'a%zz' | fault: invalid URL escape "%zz"
          urlquery.encode_object | {'b': ['2', '1'], 'a': 'x y', 'c': {'4', '3'}, 'd': []} | 'a=x+y&b=2&b=1&c=3&c=4'
          urlquery.encode_object | {'a': 1} | fault: values must be string, array[string], or set[string]
          urlquery.encode_object | {'a': ['x', 1]} | fault: values must be string
          urlquery.decode_object | 'a=1&b=2&a=%203&c&&=d' | {'a': ['1', ' 3'], 'b': ['2'], 'c': [''], '': ['d']}
          urlquery.decode_object | '' | {}
          urlquery.decode_object | 'a;b=1' | fault: invalid semicolon separator in query
          """)
  void strings_are_encoded_and_decoded_as_go_does(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @Test
  void bytes_that_are_no_text_survive_the_way_there_and_back() throws Exception {
    Value decoded = Called.call("base64.decode", Value.of("/wCA"));
    assertThat(((TextValue) decoded).bytes()).containsExactly(0xFF, 0, 0x80);
    assertThat(Called.call("hex.encode", decoded)).isEqualTo(Value.of("ff0080"));
    assertThat(Called.call("urlquery.encode", decoded)).isEqualTo(Value.of("%FF%00%80"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a": [1.50, true], "b": {"c": null}} | {'a': [1.50, true], 'b': {'c': null}}
          {"a": 1, "a": 2} | {'a': 2}
          "\\u00e9\\ud83d\\ude00\\ud83d\\n\\/" | '\u00e9\uD83D\uDE00\uFFFD\\n/'
          1e2 | 1e2
          -0.5 | -0.5
          [] | []
          01 | fault: invalid character '1' after top-level value
          1. | fault: unexpected end
          .5 | fault: invalid character '.'
          {"a" 1} | fault: invalid character '1' after object key
          {"a": 1,} | fault: invalid character '}' looking for beginning of object key string
          [1,] | fault: invalid character ']'
          [1 2] | fault: invalid character '2' after array element
          "a | fault: unexpected end
          "\\x" | fault: invalid character 'x' in string escape code
          "\\u12g4" | fault: invalid character 'g'
          nul | fault: invalid character 'n' in literal null
          1 2 | fault: invalid character '2' after top-level value
          1e99999999 | fault: number beyond the limits
          """)
  void json_is_read_as_go_reads_it(String json, String result) throws Exception {
    String found;
    try {
      found = Called.call("json.unmarshal", Value.of(json)).toString();
      assertThat(Called.call("json.is_valid", Value.of(json))).isEqualTo(Value.of(true));
    } catch (dev.theca.rego.spi.BuiltinFault e) {
      assertThat(result).as(e.getMessage()).startsWith("fault: ");
      assertThat(e.getMessage()).contains(result.substring("fault: ".length()));
      assertThat(Called.call("json.is_valid", Value.of(json))).isEqualTo(Value.of(false));
      return;
    }
    assertThat(found).isEqualTo(Written.value(result).toString());
  }

  @Test
  void json_nested_too_deep_is_no_json() throws Exception {
    Value deep = Value.of("[".repeat(100_000));
    assertThat(Called.call("json.is_valid", deep)).isEqualTo(Value.of(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'b': {2, 1}, 1: '<&>', ['k']: null, '1x': 1.0} | {"1":"\\u003c\\u0026\\u003e","1x":1.0,"[\\"k\\"]":null,"b":[1,2]}
          'a\\nb' | "a\\nb"
          1.50 | 1.50
          """)
  void json_is_written_with_members_in_the_order_of_their_names(String value, String json)
      throws Exception {
    assertThat(Called.call("json.marshal", Written.values(value))).isEqualTo(Value.of(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1, {'a': [], 'b': {}}], {} | '[1,{"a":[],"b":{}}]'
          [1, {'a': [], 'b': {}}], {'pretty': true} | '[\\n\\t1,\\n\\t{\\n\\t\\t"a": [],\\n\\t\\t"b": {}\\n\\t}\\n]'
          [1], {'prefix': '>', 'indent': '  '} | '>[\\n>  1\\n>]'
          [1], {'prefix': '>', 'pretty': false} | '[1]'
          [1], {'pretty': 1} | fault: key "pretty" failed cast to bool
          [1], {'indent': 1} | fault: key "indent" failed cast to string
          [1], {'other': 1} | fault: object contained unknown key
          """)
  void json_is_indented_as_the_options_say(String args, String result) {
    Rows.check("json.marshal_with_options", args, result);
  }

  @Test
  void a_value_that_shares_its_parts_ends_by_what_its_text_would_cost() {
    Value shared = Value.of("x");
    for (int i = 0; i < 60; i++) shared = ArrayValue.owning(shared, shared);
    Value value = shared;
    assertThatThrownBy(() -> Called.call("json.marshal", value))
        .isInstanceOf(Called.Exhausted.class);
  }
}
