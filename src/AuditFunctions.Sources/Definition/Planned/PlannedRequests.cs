using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>Checks the requests that planned parts make beside those for pages; they may go to other addresses.</summary>
internal sealed class PlannedRequests(PlannedParts planned, IEnumerable<string> secrets)
{
    private const string SomeBase = "https://planned.invalid";

    /// <summary>Reads <c>request</c>, which must be there.</summary>
    public void Required(SettingReader reader, bool withItem = false)
    {
        if (reader.Map("request") is { } request)
        {
            Read(request, withItem);
        }
        else if (!reader.Has("request"))
        {
            reader.Problems.Add(reader.At("request"), "is missing.");
        }
    }

    private void Read(SettingReader request, bool withItem)
    {
        if (request.Template("url") is { Literal: { } literal } && HttpsUrl.WhatIsWrong(literal) is { } wrong)
        {
            request.Problems.Add(request.At("url"), wrong);
        }

        RequestReader.Read(request, SomeBase, secrets, planned, withItem);
    }
}
