using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class ExternalIdMapping : IEntityTypeConfiguration<ExternalIdRow>
{
    public void Configure(EntityTypeBuilder<ExternalIdRow> builder)
    {
        builder.Property(row => row.Kind).HasMaxLength(20);
        builder.Property(row => row.External).HasMaxLength(ExternalIdRow.Longest);
        builder.HasKey(row => new { row.Kind, row.Site, row.External });
        builder.HasIndex(row => row.Target);
    }
}
