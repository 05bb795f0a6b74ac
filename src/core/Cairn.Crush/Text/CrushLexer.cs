namespace Cairn.Crush;

/// <summary>Splits a map text into words and brackets; <c>#</c> begins a comment that ends with the line.</summary>
internal static class CrushLexer
{
    public static List<Token> Split(string text)
    {
        var tokens = new List<Token>();
        int line = 1;
        int lineStart = 0;
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c == '\n')
            {
                line++;
                lineStart = ++at;
            }
            else if (c == '#')
            {
                while (at < text.Length && text[at] != '\n')
                {
                    at++;
                }
            }
            else if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else
            {
                int start = at++;
                while (!IsBracket(c) && at < text.Length && !IsBracket(text[at]) && text[at] != '#' && !char.IsWhiteSpace(text[at]))
                {
                    at++;
                }

                tokens.Add(new Token(text[start..at], line, start - lineStart + 1));
            }
        }

        tokens.Add(new Token("", line, at - lineStart + 1));
        return tokens;
    }

    private static bool IsBracket(char c) => c is '{' or '}' or '[' or ']';
}
