using System.Net;
using System.Text.RegularExpressions;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>Reads the comparisons of a condition.</summary>
internal sealed class ComparisonReader(SettingReader map)
{
    /// <summary>The keys, for messages.</summary>
    public const string Allowed = "equals, in, sameAs, prefix, suffix, contains, glob, regex, exists, above, below, atLeast, atMost, before, after, cidr";

    private readonly List<IComparison> _found = [];

    /// <summary>Reads them all.</summary>
    public IReadOnlyList<IComparison> Read()
    {
        var ignoreCase = map.Flag("ignoreCase") ?? false;
        AddTexts("equals", TextMatch.Equal, ignoreCase);
        AddTexts("in", TextMatch.Equal, ignoreCase);
        AddTexts("prefix", TextMatch.Prefix, ignoreCase);
        AddTexts("suffix", TextMatch.Suffix, ignoreCase);
        AddTexts("contains", TextMatch.Contains, ignoreCase);
        if (map.Texts("glob") is { Count: > 0 } globs)
        {
            _found.Add(RegexComparison.OfGlobs(globs, ignoreCase));
        }

        if (map.Regex("regex", ignoreCase) is Regex expression)
        {
            _found.Add(new RegexComparison([expression]));
        }

        AddNumber("above", bound => number => number > bound);
        AddNumber("below", bound => number => number < bound);
        AddNumber("atLeast", bound => number => number >= bound);
        AddNumber("atMost", bound => number => number <= bound);
        AddTimes();
        AddNetworks();
        return _found;
    }

    private void AddTexts(string key, TextMatch match, bool ignoreCase)
    {
        if (map.Has(key) && map.Texts(key) is { } texts)
        {
            if (texts.FirstOrDefault(IsField) is { } field)
            {
                map.Problems.Add(map.At(key), $"compares with the text '{field}', not with a field. 'sameAs: {field[1..^1]}' compares with that; if the text is meant, say it with 'glob'.");
            }

            if (texts.Count == 0)
            {
                map.Problems.Add(map.At(key), "is empty: name one text or more.");
            }

            _found.Add(new TextComparison(match, texts, ignoreCase));
        }
    }

    // A GUID in braces is no path.
    private static bool IsField(string text) => text is ['{', _, .., '}'] && !Guid.TryParse(text, out _) && FieldPath.TryParse(text[1..^1], out _, out _);

    private void AddNumber(string key, Func<decimal, Func<decimal, bool>> comparison)
    {
        if (map.Text(key) is not { } text)
        {
            return;
        }

        if (NumberComparison.TryRead(text, out var bound))
        {
            _found.Add(new NumberComparison(comparison(bound)));
        }
        else
        {
            map.Problems.Add(map.At(key), $"is '{text}'; allowed: a number.");
        }
    }

    private void AddTimes()
    {
        if (!TimeFormat.TryParse(map.Text("format") ?? "iso8601", null, out var format, out var error))
        {
            map.Problems.Add(map.At("format"), error);
            return;
        }

        AddTime("before", format, bound => time => time < bound);
        AddTime("after", format, bound => time => time > bound);
        if (map.Has("format") && !map.Has("before") && !map.Has("after"))
        {
            map.Problems.Add(map.At("format"), "says how a time is written; it goes with 'before' or 'after'.");
        }
    }

    private void AddTime(string key, TimeFormat format, Func<DateTimeOffset, Func<DateTimeOffset, bool>> comparison)
    {
        if (map.Text(key) is not { } text)
        {
            return;
        }

        if (TimeFormat.Iso8601.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out var bound))
        {
            _found.Add(new TimeComparison(format, comparison(bound)));
        }
        else
        {
            map.Problems.Add(map.At(key), $"is '{text}'; allowed: an instant such as 2026-01-31T10:00:00Z.");
        }
    }

    private void AddNetworks()
    {
        var networks = new List<IPNetwork>();
        foreach (var text in map.Texts("cidr"))
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                map.Problems.Add(map.At("cidr"), $"holds '{text}'; allowed: networks such as 10.0.0.0/8 or 2001:db8::/32.");
            }
        }

        if (networks.Count > 0)
        {
            _found.Add(new NetworkComparison(networks));
        }
    }
}
