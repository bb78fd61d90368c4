using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class JournalEntryMapping : IEntityTypeConfiguration<JournalEntryRow>
{
    public void Configure(EntityTypeBuilder<JournalEntryRow> builder) =>
        builder.HasKey(entry => new { entry.SpoolId, entry.Epoch, entry.Sequence });
}

internal sealed class SpoolMarkMapping : IEntityTypeConfiguration<SpoolMarkRow>
{
    public void Configure(EntityTypeBuilder<SpoolMarkRow> builder)
    {
        builder.HasKey(mark => new { mark.SpoolId, mark.Epoch });
        builder.HasIndex(mark => mark.Bridge);
        builder.Ignore(mark => mark.Known);
    }
}
